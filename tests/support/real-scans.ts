import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { gunzipSync } from 'node:zlib'
import dicomParser from 'dicom-parser'
import { unzipSync } from 'fflate'
import type { Vec3, Volume } from '../../src/core/types.ts'
import { niftiVoxel, readNiftiHeader } from '../../src/import/nifti-header.ts'
import { gridOf, volumeOf } from './phantoms.ts'

/** Real scans beside the project, read plainly and whole. From the project's folder, where tests and benchmarks run. */
const DATA = resolve('..', 'shared', 'data')

/** The path of a file of real data, or null where it is not there. */
export function realFile(...parts: string[]): string | null {
  const path = resolve(DATA, ...parts)
  return existsSync(path) ? path : null
}

/** A gzipped NIfTI of whole numbers as a CT, with its grid. */
export function readNiftiCt(path: string): Volume {
  const file = new Uint8Array(gunzipSync(readFileSync(path)))
  const header = readNiftiHeader(file.subarray(0, 544))
  const view = new DataView(file.buffer)
  let at = 0
  return volumeOf(header.grid, () => niftiVoxel(view, header, at++))
}

/** A zip of uncompressed DICOM slices of one series; files without pixels are passed over. */
export function readDicomZip(path: string): Volume {
  const slices = Object.values(unzipSync(readFileSync(path)))
    .filter((file) => file.length > 132 && String.fromCharCode(...file.subarray(128, 132)) === 'DICM')
    .map((file) => dicomParser.parseDicom(file))
    .filter((slice) => slice.elements.x7fe00010)
    .sort((a, b) => (a.floatString('x00200032', 2) ?? 0) - (b.floatString('x00200032', 2) ?? 0))
  const [first, second] = slices
  if (!first || !second) throw new Error('no slices')
  const number = (tag: string, at = 0) => first.floatString(tag, at) ?? Number.NaN
  const size: Vec3 = [first.uint16('x00280011') ?? 0, first.uint16('x00280010') ?? 0, slices.length]
  const stepMm = (second.floatString('x00200032', 2) ?? 0) - number('x00200032', 2)
  const views = slices.map((slice) => {
    const { dataOffset } = slice.elements.x7fe00010 as { dataOffset: number }
    return new DataView(slice.byteArray.buffer, slice.byteArray.byteOffset + dataOffset)
  })
  return volumeOf(
    gridOf(size, [number('x00280030', 1), number('x00280030', 0), stepMm]),
    (i, j, k) => (views[k] as DataView).getInt16(2 * (i + size[0] * j), true),
    { slope: number('x00281053'), intercept: number('x00281052') },
  )
}

/** A zip with one raw file a slice of unsigned 16-bit numbers, 1024 above HU. */
export function readRawZip(path: string, size: Vec3, spacing: Vec3): Volume {
  const files = unzipSync(readFileSync(path))
  const names = Object.keys(files)
    .filter((name) => (files[name] as Uint8Array).length >= size[0] * size[1] * 2)
    .sort((a, b) => Number(/\d+$/.exec(a)?.[0]) - Number(/\d+$/.exec(b)?.[0]))
  const views = names.map((name) => {
    const bytes = files[name] as Uint8Array
    return new DataView(bytes.buffer, bytes.byteOffset)
  })
  return volumeOf(gridOf(size, spacing), (i, j, k) => (views[k] as DataView).getUint16(2 * (i + size[0] * j), true), {
    intercept: -1024,
  })
}
