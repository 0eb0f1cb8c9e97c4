import JSZip from 'jszip'
import { BufferAttribute, BufferGeometry, Mesh as ThreeMesh } from 'three'
import { STLExporter } from 'three/addons/exporters/STLExporter.js'
import { exportTo3MF } from 'three-3mf-exporter'
import type { Mesh } from '../../src/core/types.ts'
import type { FilePart } from '../../src/export/file-parts.ts'
import { writeStl } from '../../src/export/stl.ts'
import { writeThreeMf } from '../../src/export/threemf.ts'
import {
  CONTENT_TYPES,
  CONTENT_TYPES_PART,
  MODEL_PART,
  RELATIONS,
  RELATIONS_PART,
} from '../../src/export/threemf-package.ts'
import { notesFor } from '../support/file-parts.ts'
import { releasedForTest } from '../support/findings.ts'
import { type Bench, type BenchRow, benchRow, CPU, pairedMedians } from '../support/paired.ts'
import { wavySheet } from '../support/wavy-sheet.ts'

/** The whole file in memory, as the others leave it: all its parts. */
const kept = (parts: Iterable<FilePart>): Uint8Array[] => Array.from(parts, (part) => part.bytes)

/** Takes the parts as a download would, one after the other, and keeps none. Returns the bytes of the largest. */
function drain(parts: Iterable<FilePart>): number {
  let largest = 0
  for (const part of parts) largest = Math.max(largest, part.bytes.length)
  return largest
}

const KEPT = 'ours: all parts kept, as the other keeps its file'
const handedOn = (largest: number) => `ours: no part kept, each of at most ${Math.ceil(largest / 1000)} kB`

function threeMesh({ positions, indices }: Mesh): ThreeMesh {
  const geometry = new BufferGeometry()
  geometry.setAttribute('position', new BufferAttribute(positions, 3))
  geometry.setIndex(new BufferAttribute(indices, 1))
  return new ThreeMesh(geometry)
}

/** 3MF as it is mostly written: strings, joined, into a zip. */
async function byStrings({ positions: p, indices }: Mesh): Promise<Uint8Array> {
  const vertices: string[] = []
  const triangles: string[] = []
  for (let i = 0; i < p.length; i += 3) vertices.push(`<vertex x="${p[i]}" y="${p[i + 1]}" z="${p[i + 2]}"/>`)
  for (let i = 0; i < indices.length; i += 3)
    triangles.push(`<triangle v1="${indices[i]}" v2="${indices[i + 1]}" v3="${indices[i + 2]}"/>`)
  const mesh = `<mesh><vertices>${vertices.join('\n')}</vertices><triangles>${triangles.join('\n')}</triangles></mesh>`
  const zip = new JSZip()
  zip.file(CONTENT_TYPES_PART, CONTENT_TYPES)
  zip.file(RELATIONS_PART, RELATIONS)
  zip.file(MODEL_PART, `<model unit="millimeter"><resources><object id="1">${mesh}</object></resources></model>`)
  return zip.generateAsync({ type: 'uint8array', compression: 'DEFLATE' })
}

async function threeMf(): Promise<BenchRow[]> {
  const mesh = releasedForTest(wavySheet(708))
  const notes = await notesFor([mesh])
  const foreign = threeMesh(mesh)
  const ms = await pairedMedians(
    {
      ours: () => kept(writeThreeMf([mesh], notes)),
      streamed: () => drain(writeThreeMf([mesh], notes)),
      strings: () => byStrings(mesh),
      exporter: () => exportTo3MF(foreign),
    },
    5,
  )
  const row = { work: '3MF write', size: '1 M triangles', subject: 'cpu', ...CPU, note: KEPT }
  const streamed = { ...row, work: '3MF write, parts handed on', note: handedOn(drain(writeThreeMf([mesh], notes))) }
  const strings = 'jszip 3.10.2 with joined strings'
  const exporter = 'three-3mf-exporter 45.2.0'
  return [
    benchRow({ ...row, peer: strings }, ms.ours, ms.strings),
    benchRow({ ...row, peer: exporter }, ms.ours, ms.exporter),
    benchRow({ ...streamed, peer: strings }, ms.streamed, ms.strings),
    benchRow({ ...streamed, peer: exporter }, ms.streamed, ms.exporter),
  ]
}

async function stl(): Promise<BenchRow[]> {
  const mesh = releasedForTest(wavySheet(2237))
  const foreign = threeMesh(mesh)
  const ms = await pairedMedians(
    {
      ours: () => kept(writeStl(mesh)),
      streamed: () => drain(writeStl(mesh)),
      three: () => new STLExporter().parse(foreign, { binary: true }).byteLength,
    },
    5,
  )
  const peer = 'three 0.187.0 STLExporter, binary'
  const row = { size: '10 M triangles', subject: 'cpu', ...CPU, peer }
  const streamed = { ...row, work: 'STL write, parts handed on', note: handedOn(drain(writeStl(mesh))) }
  return [
    benchRow({ ...row, work: 'STL write', note: KEPT }, ms.ours, ms.three),
    benchRow(streamed, ms.streamed, ms.three),
  ]
}

export const benches: readonly Bench[] = [
  { name: 'export 3MF', run: threeMf },
  { name: 'export STL', run: stl },
]
