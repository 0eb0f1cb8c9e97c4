import { unzipSync, zipSync } from 'fflate'
import { DOMParser } from 'linkedom'
import type { Mesh as ThreeMesh } from 'three'
import { ThreeMFLoader } from 'three/addons/loaders/3MFLoader.js'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { IDLE_CONTEXT } from '../../../src/core/stage.ts'
import { MODEL_PART, TRACE_PART } from '../../../src/export/threemf-package.ts'
import { readThreeMf } from '../../../src/export/threemf-read.io.ts'
import { ModelReader } from '../../../src/export/threemf-read.ts'
import { cornersOf, fileOf, notesFor, soupOf, threeMfOf } from '../../support/file-parts.ts'
import { threeMfContent, threeMfText } from '../../support/read-files.ts'
import { sphereMesh } from '../../support/sphere-mesh.ts'

const traceId = '7K3MQ-2XA9B'
const sphere = sphereMesh(20, [-31.5, 12.25, 400])
const file = await threeMfOf(sphere)
const modelText = () => threeMfText(file)
const read = (bytes: Uint8Array, mostPoints = sphere.positions.length / 3, signal = IDLE_CONTEXT.signal) =>
  cornersOf((take) => readThreeMf(fileOf(bytes), mostPoints, take, { ...IDLE_CONTEXT, signal }))
/** The file with its model text edited, packed again. */
const edited = (edit: (text: string) => string) =>
  zipSync({ ...unzipSync(file), [MODEL_PART]: new TextEncoder().encode(edit(modelText())) })
const refused = expect.objectContaining({ code: 'export/mismatch' })
const farthest = (a: Float32Array, b: Float32Array) =>
  a.reduce((worst, v, n) => Math.max(worst, Math.abs(v - (b[n] ?? Number.NaN))), 0)

describe('3MF', () => {
  test('reads back with unit, trace id and every corner', async () => {
    const { said, corners } = await read(file)
    expect(said).toMatchObject({ unit: 'millimeter', metadata: { Application: 'Proofprint', 'pp:TraceId': traceId } })
    expect(corners.length).toBe(3 * sphere.indices.length)
    expect(farthest(corners, soupOf(sphere))).toBeLessThanOrEqual(1e-6)
  })
  test('places the part in the positive octant and leaves its points alone', () => {
    const { transform, mesh } = threeMfContent(file)
    expect(transform.slice(0, 9)).toEqual([1, 0, 0, 0, 1, 0, 0, 0, 1])
    const min = [Infinity, Infinity, Infinity]
    for (const [n, v] of mesh.positions.entries())
      min[n % 3] = Math.min(min[n % 3] as number, v + (transform[9 + (n % 3)] as number))
    for (const v of min) expect(Math.abs(v)).toBeLessThan(1e-5)
  })
  test('same mesh, same bytes, whatever the time and the time zone', async () => {
    vi.useFakeTimers({ now: new Date('2031-07-09T23:59:59Z') })
    const zone = process.env.TZ
    process.env.TZ = 'Pacific/Kiritimati'
    try {
      expect(await threeMfOf(sphere)).toEqual(file)
    } finally {
      vi.useRealTimers()
      if (zone === undefined) delete process.env.TZ
      else process.env.TZ = zone
    }
  })
  test('a larger mesh than one write buffer reads back', async () => {
    const large = sphereMesh(50, [0, 0, 0], 150)
    const bytes = await threeMfOf(large)
    const { corners } = await read(bytes, large.positions.length / 3)
    expect(corners.length).toBe(3 * large.indices.length)
    expect(farthest(corners, soupOf(large))).toBeLessThanOrEqual(1e-6)
  })
  // Attack 'metadata-in-parts' of the red-team register.
  test('says nothing but what is allowed', () => {
    expect(Object.keys(unzipSync(file))).toEqual(['[Content_Types].xml', '_rels/.rels', TRACE_PART, MODEL_PART])
    expect(modelText().match(/<metadata[^>]*>/g)).toEqual([
      '<metadata name="Application" preserve="1">',
      '<metadata name="pp:TraceId" preserve="1">',
    ])
  })
  test.each([
    ['a point that is not a number', Number.NaN],
    ['an infinite point', Number.POSITIVE_INFINITY],
    ['a point a thousand kilometres off', 1e9],
  ])('%s is not written', async (_, value) => {
    const broken = { ...sphere, positions: sphere.positions.with(4, value) }
    await expect(threeMfOf(broken)).rejects.toEqual(refused)
  })
  test('a trace id that could carry markup or a name is not written', async () => {
    for (const id of ['', '<b>', 'Mustermann', 'A"B']) {
      await expect(notesFor([sphere], id)).rejects.toEqual(refused)
    }
  })
  test.each<[string, (text: string) => string]>([
    ['other metadata', (t) => t.replace('<resources>', '<metadata name="Title">x</metadata>\n<resources>')],
    [
      'the same metadata twice',
      (t) => t.replace('<resources>', '<metadata name="Application">x</metadata><resources>'),
    ],
    ['a comment', (t) => t.replace('<resources>', '<!-- x --><resources>')],
    ['a DTD', (t) => t.replace('<model', '<!DOCTYPE m [<!ENTITY e "x">]><model')],
    ['an entity', (t) => t.replace('Proofprint', '&e;')],
    ['a second build item', (t) => t.replace('</build>', '<item objectid="2"/></build>')],
    ['a second object', (t) => t.replace('</resources>', '<object id="3"></object></resources>')],
    ['an index past the points', (t) => t.replace('v1="0"', 'v1="999999"')],
    ['an exponent', (t) => t.replace(/<vertex x="[^"]+"/, '<vertex x="1e3"')],
    ['something after the end', (t) => `${t}<more/>`],
    ['a cut text', (t) => t.slice(0, -30)],
    ['another item', (t) => t.replace('objectid="2"', 'objectid="3"')],
    ['a broken transform', (t) => t.replace('1 0 0 0 1', '1 0 0 0 x')],
  ])('%s is refused on reading', async (_, edit) => {
    expect(edit(modelText())).not.toBe(modelText())
    await expect(read(edited(edit))).rejects.toEqual(refused)
  })
  test('a file that is no zip, or has other parts, is refused', async () => {
    await expect(read(file.slice(0, 100))).rejects.toEqual(refused)
    await expect(read(zipSync({ ...unzipSync(file), 'a.txt': new Uint8Array(1) }))).rejects.toEqual(refused)
  })
  test('a model that holds bytes that are no text is refused by name', () => {
    const text = new TextEncoder().encode('<?xml version="1.0" encoding="UTF-8"?>\n<model a="?">')
    text[text.indexOf(0x3f, 50)] = 0xff
    const reader = new ModelReader(1, () => {})
    reader.push(text)
    expect(() => reader.end()).toThrow(expect.objectContaining({ code: 'export/mismatch' }))
  })
  test('a file that was damaged after its checksums were made is refused', async () => {
    for (const at of [60, 1200, file.length >> 1]) {
      const damaged = file.with(at, (file[at] ?? 0) ^ 1)
      await expect(read(damaged)).rejects.toEqual(refused)
    }
  })
  test('more points than the model has are refused', async () => {
    await expect(read(file, sphere.positions.length / 3 - 1)).rejects.toEqual(refused)
  })
  test('reading can be cancelled', async () => {
    await expect(read(file, undefined, AbortSignal.abort())).rejects.toMatchObject({ name: 'AbortError' })
  })
})

describe('3MF in another reader (three)', () => {
  beforeAll(() => vi.stubGlobal('DOMParser', DOMParser))
  afterAll(() => vi.unstubAllGlobals())
  test('gives one mesh with the same points, triangles and place', () => {
    const group = new ThreeMFLoader().parse(file.slice().buffer as ArrayBuffer)
    const meshes: ThreeMesh[] = []
    group.updateMatrixWorld(true)
    group.traverse((o) => {
      if ('isMesh' in o) meshes.push(o as ThreeMesh)
    })
    expect(meshes).toHaveLength(1)
    const geometry = meshes[0]?.geometry
    const position = geometry?.getAttribute('position')
    // A coloured object comes without indices.
    expect(position?.count).toBe(sphere.indices.length)
    for (const [n, v] of soupOf(sphere).entries())
      expect(Math.abs((position?.array[n] ?? Number.NaN) - v)).toBeLessThanOrEqual(1e-6)
    expect(meshes[0]?.matrixWorld.elements.slice(12, 15).map((v) => Math.round(v * 10) / 10)).toEqual([51.5, 7.8, -380])
  })
})
