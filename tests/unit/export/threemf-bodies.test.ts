import { unzipSync, zipSync } from 'fflate'
import { DOMParser } from 'linkedom'
import type { Mesh as ThreeMesh } from 'three'
import { ThreeMFLoader } from 'three/addons/loaders/3MFLoader.js'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { digestMesh } from '../../../src/core/hash.ts'
import { IDLE_CONTEXT } from '../../../src/core/stage.ts'
import { type BodiesInput, exportBodies } from '../../../src/export/export.io.ts'
import { fileNotes, uuidOf } from '../../../src/export/file-notes.ts'
import { EXPORT_FORMATS } from '../../../src/export/file-parts.ts'
import { reread } from '../../../src/export/reread.io.ts'
import { MODEL_PART, RELATIONS_PART, TRACE_PART } from '../../../src/export/threemf-package.ts'
import { POLICIES } from '../../../src/qa/policy.ts'
import { fileOf } from '../../support/file-parts.ts'
import { passingFindings } from '../../support/findings.ts'
import { boxMesh } from '../../support/meshes.ts'
import { threeMfText } from '../../support/read-files.ts'
import { sphereMesh } from '../../support/sphere-mesh.ts'

// Rules are those of the 3MF Core Specification 1.3 and the Production Extension 1.1, by their section.

const head = sphereMesh(23, [-40, 10, 300])
const shaft = boxMesh([-45, 0, 200], [-30, 15, 270])
const body = async (mesh: typeof head, part: number, colour: string) => ({
  mesh,
  checkedDigest: await digestMesh(mesh),
  findings: passingFindings(),
  acknowledgements: [],
  name: { anatomy: 'femur' as const, laterality: 'left' as const, part, of: 2 },
  colour,
})
const recipe = { format: 'proofprint-recipe/1' as const, steps: [] }
const input: BodiesInput = {
  bodies: [await body(head, 1, '#E6DCC8'), await body(shaft, 2, '#3366CC')],
  policy: POLICIES.teaching,
  format: '3mf',
  traceId: '7K3MQ-2XA9B',
  recipe,
}
const write = async (change: Partial<BodiesInput> = {}) => {
  const { file } = await exportBodies({ ...input, ...change }, IDLE_CONTEXT)
  return new Uint8Array(await file.arrayBuffer())
}
const file = await write()
const text = threeMfText(file)
const all = (pattern: RegExp) => [...text.matchAll(pattern)].map((match) => match[1])

describe('3MF of two bodies', () => {
  test('names them by the closed list and colours them (Core 4.1.2, 5.1)', () => {
    expect(all(/<object [^>]*name="([^"]+)"/g)).toEqual(['femur-left-1-of-2', 'femur-left-2-of-2'])
    expect(all(/<base [^>]*displaycolor="([^"]+)"/g)).toEqual(['#E6DCC8', '#3366CC'])
    expect(all(/<object [^>]*pid="(\d+)" pindex="\d+"/g)).toEqual(['1', '1'])
  })
  test('every id is used once, and every object is on the plate once (Core 3.4, 3.5)', () => {
    const ids = all(/<(?:object|basematerials) id="(\d+)"/g)
    expect(ids).toEqual(['1', '2', '3'])
    expect(all(/<item objectid="(\d+)"/g)).toEqual(['2', '3'])
  })
  test('build, items and objects have UUIDs of their own, of the lower-case form (Production 4 and appendix B.1)', () => {
    const ids = all(/p:UUID="([^"]+)"/g)
    expect(ids).toHaveLength(5)
    expect(new Set(ids).size).toBe(5)
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  })
  test('the bodies stay where they are to each other, on the plate', () => {
    const [first, ...others] = all(/transform="([^"]+)"/g)
    expect(others).toEqual([first])
    expect(first).toBe('1 0 0 0 1 0 0 0 1 63 13 -200')
  })
  test('tells its line in a part that editors must keep (Core 2.1)', () => {
    const parts = unzipSync(file)
    expect(JSON.parse(new TextDecoder().decode(parts[TRACE_PART]))).toEqual({
      format: 'proofprint-trace/1',
      traceId: '7K3MQ-2XA9B',
      recipe,
    })
    const relations = new TextDecoder().decode(parts[RELATIONS_PART])
    expect(relations.match(new RegExp(`Target="/${TRACE_PART}"`, 'g'))).toHaveLength(2)
    expect(relations).toContain('package/2006/relationships/mustpreserve')
  })
  test('the same bodies give the same bytes; another body gives other UUIDs', async () => {
    expect(await write()).toEqual(file)
    const other = await write({
      bodies: [await body(head, 1, '#E6DCC8'), await body(boxMesh([0, 0, 0], [1, 1, 1]), 2, '#3366CC')],
    })
    expect(/<build p:UUID="([^"]+)"/.exec(threeMfText(other))?.[1]).not.toBe(all(/<build p:UUID="([^"]+)"/g)[0])
  })
  test.each<[string, (text: string) => string]>([
    ['a name', (t) => t.replace('name="femur-left-1-of-2" pid', 'name="femur-right-1-of-2" pid')],
    ['a colour', (t) => t.replace('#3366CC', '#3366CD')],
    ['the colour of the other body', (t) => t.replace('pindex="1"', 'pindex="0"')],
    ['a UUID of an object', (t) => t.replace(/(<object .*p:UUID=")./, '$1z')],
    ['a UUID of an item', (t) => t.replace(/(<item .*p:UUID=")./, '$1z')],
    ['the UUID of the build', (t) => t.replace(/(<build p:UUID=")./, '$1z')],
    ['a place of one body', (t) => t.replace('0 1 63 13', '0 1 64 13')],
  ])('%s that is not what was written is found when it is read back', async (_, edit) => {
    expect(edit(text)).not.toBe(text)
    const bytes = zipSync({ ...unzipSync(file), [MODEL_PART]: new TextEncoder().encode(edit(text)) })
    const digests = await Promise.all([head, shaft].map((mesh) => digestMesh(mesh)))
    const notes = await fileNotes(input.traceId, recipe, input.bodies, digests)
    const against = (read: Uint8Array) =>
      reread(
        [head, shaft],
        { file: fileOf(read), format: '3mf', notes, values: null, frame: null },
        input.policy,
        IDLE_CONTEXT,
      )
    expect((await against(file)).level).toBe('pass')
    expect((await against(bytes)).level).toBe('fail')
  })
  test.each(EXPORT_FORMATS)('as %s it is written or refused by name', async (format) => {
    const many = format === '3mf' || format === 'obj'
    if (many) await expect(write({ format })).resolves.toBeDefined()
    else await expect(write({ format })).rejects.toMatchObject({ code: 'export/mismatch' })
  })
  test('each body earns its release by itself', async () => {
    const [first, second] = input.bodies
    if (!first || !second) throw new Error('two bodies')
    await expect(write({ bodies: [first, { ...second, findings: [] }] })).rejects.toMatchObject({ code: 'qa/refused' })
    await expect(write({ bodies: [first, { ...second, mesh: head }] })).rejects.toMatchObject({ code: 'qa/stale' })
  })
  test('many bodies, whose names are longer than a window of the reader, read back', async () => {
    const bodies = await Promise.all(
      Array.from({ length: 120 }, async (_, n) => ({
        ...(await body(shaft, 1, '#E6DCC8')),
        name: { anatomy: 'white-matter' as const, laterality: 'none' as const, part: n + 1, of: 120 },
      })),
    )
    expect((await exportBodies({ ...input, bodies }, IDLE_CONTEXT)).finding.level).toBe('pass')
  })
})

describe('notes of a file', () => {
  const label = { name: { anatomy: 'femur' as const, laterality: 'left' as const, part: 1, of: 1 }, colour: '#E6DCC8' }
  const notes = (change: object) => fileNotes('7K3MQ-2XA9B', null, [{ ...label, ...change }], ['ab'.repeat(32)])
  test('a UUID keeps the digest but for version and variant (RFC 9562, 5.8)', () => {
    expect(uuidOf('ff'.repeat(32))).toBe('ffffffff-ffff-8fff-bfff-ffffffffffff')
    expect(uuidOf('00'.repeat(32))).toBe('00000000-0000-8000-8000-000000000000')
  })
  test('a name or a colour that is not on the list is refused', async () => {
    await expect(notes({})).resolves.toBeDefined()
    for (const change of [
      { name: { ...label.name, anatomy: 'Mustermann' } },
      { name: { ...label.name, laterality: 'up' } },
      { name: { ...label.name, part: 2 } },
      { name: { ...label.name, part: 0.5 } },
      { colour: 'red' },
      { colour: '#E6DCC8" x="' },
    ])
      await expect(notes(change)).rejects.toMatchObject({ code: 'export/mismatch' })
  })
  test('two bodies of one name are refused', async () => {
    const digests = ['ab'.repeat(32), 'cd'.repeat(32)]
    await expect(fileNotes('7K3MQ-2XA9B', null, [label, label], digests)).rejects.toMatchObject({
      code: 'export/mismatch',
    })
  })
})

describe('3MF of two bodies in another reader (three)', () => {
  beforeAll(() => vi.stubGlobal('DOMParser', DOMParser))
  afterAll(() => vi.unstubAllGlobals())
  test('gives two meshes with their names and colours', () => {
    const group = new ThreeMFLoader().parse(file.slice().buffer as ArrayBuffer)
    const meshes: ThreeMesh[] = []
    const names: string[] = []
    group.traverse((o) => {
      if ('isMesh' in o) meshes.push(o as ThreeMesh)
      else if (o.name) names.push(o.name)
    })
    expect(meshes.map(({ geometry }) => geometry.getAttribute('position').count)).toEqual([
      head.indices.length,
      shaft.indices.length,
    ])
    expect(names).toEqual(['femur-left-1-of-2', 'femur-left-2-of-2'])
    const colours = meshes.map(({ material }) =>
      'color' in material ? (material.color as { getHexString(): string }).getHexString() : '',
    )
    expect(colours).toEqual(['e6dcc8', '3366cc'])
  })
})
