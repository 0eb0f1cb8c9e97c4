import { describe, expect, test } from 'vitest'
import { sha256 } from '../../../../src/core/hash.ts'
import { IDLE_CONTEXT } from '../../../../src/core/stage.ts'
import { writeObj } from '../../../../src/export/obj.ts'
import { writePly } from '../../../../src/export/ply.ts'
import { writeStl } from '../../../../src/export/stl.ts'
import { readAnyPart } from '../../../../src/export/verify/read-any.io.ts'
import { type FoundPart, VERIFY, verifyPart } from '../../../../src/export/verify/verify.ts'
import { type KeptRelease, verifyFile } from '../../../../src/export/verify/verify-file.io.ts'
import { fileOf, joined, notesFor, soupOf, threeMfOf } from '../../../support/file-parts.ts'
import { releasedForTest } from '../../../support/findings.ts'
import { boxMesh } from '../../../support/meshes.ts'
import { sphereMesh } from '../../../support/sphere-mesh.ts'

const sphere = sphereMesh(20, [-31.5, 12.25, 400])
const released = releasedForTest(sphere)
const notes = await notesFor([sphere])
const corners = soupOf(sphere)
const ascii = [
  'solid made by hand',
  ...Array.from({ length: corners.length / 9 }, (_, t) => {
    const vertex = (k: number) => `vertex ${[...corners.slice(9 * t + 3 * k, 9 * t + 3 * k + 3)].join(' ')}`
    return `facet normal 0 0 0\n outer loop\n  ${[0, 1, 2].map(vertex).join('\n  ')}\n endloop\nendfacet`
  }),
  'endsolid made by hand',
].join('\r\n')
const stl = joined(writeStl(released))
/** Many programs begin a binary STL so. */
const solid = stl.slice()
solid.set(new TextEncoder().encode('solid of another program'))

const threeMf = await threeMfOf(sphere)

const FILES: readonly [what: string, name: string, bytes: Uint8Array][] = [
  ['a binary STL', 'a.stl', stl],
  ['a binary STL that begins with solid', 'a.STL', solid],
  ['an ASCII STL', 'a.stl', new TextEncoder().encode(ascii)],
  ['an OBJ', 'a.obj', joined(writeObj([released], notes))],
  ['a PLY', 'anything', joined(writePly(released, notes))],
  ['a 3MF', 'anything', threeMf],
]
const read = (bytes: Uint8Array | string, name = 'a.stl') =>
  readAnyPart(typeof bytes === 'string' ? new Blob([bytes]) : fileOf(bytes), name, IDLE_CONTEXT)

describe('a file of any maker', () => {
  test.each(FILES)('%s gives the same triangles, on points that are shared', async (_, name, bytes) => {
    const { mesh } = await read(bytes, name)
    expect(mesh.positions).toHaveLength(sphere.positions.length)
    const found = soupOf(mesh as typeof sphere)
    expect(found).toHaveLength(corners.length)
    for (const [n, v] of found.entries()) expect(Math.abs(v - (corners[n] ?? Number.NaN))).toBeLessThan(1e-4)
  })
  test.each(FILES)('%s is found to be the release that it was written from', async (_, name, bytes) => {
    const { mesh, traceId } = await read(bytes, name)
    const part: FoundPart = { mesh, traceId }
    const releases = [{ traceId: '7K3MQ-2XA9B', mesh: sphere, fileDigests: [] }]
    expect(await verifyPart(part, releases, VERIFY.defaults, IDLE_CONTEXT)).toEqual({
      verdict: 'unchanged',
      traceId: '7K3MQ-2XA9B',
      by: 'geometry',
    })
  })
  test('the trace id that it says is told where the format holds one', async () => {
    const told = await Promise.all(FILES.map(async ([, name, bytes]) => (await read(bytes, name)).traceId))
    expect(told).toEqual([null, null, null, '7K3MQ-2XA9B', '7K3MQ-2XA9B', '7K3MQ-2XA9B'])
  })
  test.each<[string, string | Uint8Array, string]>([
    ['a binary STL that is cut off', stl.slice(0, -7), 'mesh/truncated'],
    ['a count that is not its length', stl.with(80, 7), 'mesh/truncated'],
    ['a corner that is not a number', stl.with(84 + 12 + 3, 0x7f).with(84 + 12 + 2, 0xc0), 'mesh/corrupt'],
    ['no triangle', stl.slice(0, 84).fill(0, 80), 'mesh/empty'],
    ['an ASCII STL that is cut off', ascii.slice(0, ascii.lastIndexOf('vertex')), 'mesh/truncated'],
    ['a triangle of two corners', ascii.replace(/ {2}vertex.*\r?\n/, ''), 'mesh/corrupt'],
    ['a triangle of four corners', ascii.replace(/( {2}vertex.*\r?\n)/, '$1$1'), 'mesh/corrupt'],
    ['a number that is none', ascii.replace(/vertex \S+/, 'vertex 0x10'), 'mesh/corrupt'],
    ['a line of something else', ascii.replace('endloop', 'endlop'), 'mesh/corrupt'],
    ['an empty file', '', 'mesh/empty'],
  ])('%s is refused', async (_, bytes, code) => {
    await expect(read(bytes)).rejects.toMatchObject({ code })
  })
  test('another kind of file is refused', async () => {
    await expect(read('hello', 'a.docx')).rejects.toMatchObject({ code: 'mesh/unsupported' })
  })
})

describe('a dropped file', async () => {
  const fileDigests = [await sha256(stl)]
  const release = { traceId: '7K3MQ-2XA9B', readMesh: async () => sphere, fileDigests }
  const verified = (bytes: Uint8Array, name: string, releases: readonly KeptRelease[] = [release]) =>
    verifyFile(fileOf(bytes), name, releases, VERIFY.defaults, IDLE_CONTEXT)
  const verify = async (bytes: Uint8Array, name: string) => (await verified(bytes, name)).verdict
  test('that was written here is known by its bytes, whatever it is called', async () => {
    expect(await verify(stl, 'a.docx')).toEqual({ verdict: 'unchanged', traceId: '7K3MQ-2XA9B', by: 'file' })
  })
  test('that is known by its bytes is not opened, and no release is read', async () => {
    const unread = { ...release, readMesh: () => Promise.reject(new Error('read')) }
    expect(await verified(stl, 'a.stl', [unread])).toMatchObject({ part: null })
    await expect(verified(solid, 'a.stl', [unread])).rejects.toThrow('read')
  })
  test('says what it holds and claims where nothing is known', async () => {
    const { verdict, part } = await verified(threeMf, 'a.3mf', [])
    expect(verdict).toEqual({ verdict: 'not-ours', claimed: null, share: 0 })
    expect(part).toMatchObject({ kind: '3mf', traceId: '7K3MQ-2XA9B' })
    expect(part?.mesh.indices.length).toBe(sphere.indices.length)
  })
  test('finds the release that it claims to be behind many others', async () => {
    const others = Array.from({ length: 20 }, (_, n) => ({
      traceId: `other ${n}`,
      fileDigests: [],
      readMesh: async () => boxMesh([n, 0, 0], [n + 2, 1, 1]),
    }))
    const claiming = await verified(threeMf, 'a.3mf', [...others, { ...release, fileDigests: [] }])
    expect(claiming.verdict).toEqual({ verdict: 'unchanged', traceId: '7K3MQ-2XA9B', by: 'geometry' })
  })
  test('that only a digest is kept of is known by it, and by nothing else', async () => {
    const remembered = { ...release, readMesh: null }
    expect((await verified(stl, 'a.stl', [remembered])).verdict).toMatchObject({ verdict: 'unchanged' })
    expect((await verified(solid, 'a.stl', [remembered])).verdict).toMatchObject({ verdict: 'not-ours' })
  })
  test('with other bytes and the same triangles is unchanged by its geometry', async () => {
    expect(await verify(solid, 'a.stl')).toEqual({ verdict: 'unchanged', traceId: '7K3MQ-2XA9B', by: 'geometry' })
  })
  test('with one corner moved is reshaped, and says where', async () => {
    const bent = joined(writeStl(releasedForTest({ ...sphere, positions: sphere.positions.with(2, 421) })))
    const verdict = await verify(bent, 'a.stl')
    expect(verdict).toMatchObject({
      verdict: 'changed',
      changes: [{ kind: 'reshaped', maxMm: expect.closeTo(1, 1), places: expect.arrayContaining([]) }],
    })
  })
  test('that is empty or no part is refused', async () => {
    await expect(verify(new Uint8Array(0), 'a.stl')).rejects.toMatchObject({ code: 'mesh/empty' })
    await expect(verify(stl.slice(0, 200), 'a.stl')).rejects.toMatchObject({ code: 'mesh/truncated' })
  })
})
