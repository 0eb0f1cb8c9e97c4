import { PLYLoader } from 'three/addons/loaders/PLYLoader.js'
import { describe, expect, test } from 'vitest'
import { IDLE_CONTEXT } from '../../../src/core/stage.ts'
import { writePly } from '../../../src/export/ply.ts'
import { readPly } from '../../../src/export/ply-read.ts'
import { reread } from '../../../src/export/reread.io.ts'
import { POLICIES } from '../../../src/qa/policy.ts'
import { fileOf, joined, notesFor } from '../../support/file-parts.ts'
import { releasedForTest } from '../../support/findings.ts'
import { sphereMesh } from '../../support/sphere-mesh.ts'

const sphere = sphereMesh(20, [-31.5, 12.25, 400])
const points = sphere.positions.length / 3
const thickness = {
  name: 'thickness_mm' as const,
  values: Float32Array.from({ length: points }, (_, n) => (n === 3 ? Number.NaN : n / 7)),
}
const notes = await notesFor([sphere])
const file = joined(writePly(releasedForTest(sphere), notes, thickness))
const read = (ply: string | Uint8Array) =>
  readPly(typeof ply === 'string' ? new Blob([ply]) : fileOf(ply), IDLE_CONTEXT)

const HEAD = 'ply\nformat ascii 1.0\nelement vertex 3\nproperty float x\nproperty float y\nproperty float z\n'
const FACES = 'element face 1\nproperty list uchar int vertex_indices\nend_header\n'
const ASCII = `${HEAD}${FACES}0 0 0\n1 0 0\n0 1 0\n3 0 1 2\n`

/** A triangle in big-endian numbers, behind a number a vertex that nobody asked for. */
function bigEndian(): Uint8Array {
  const header = new TextEncoder().encode(
    ASCII.slice(0, ASCII.indexOf('0 0 0'))
      .replace('ascii', 'binary_big_endian')
      .replace('property float z', 'property float z\nproperty double w'),
  )
  const view = new DataView(new ArrayBuffer(3 * 20 + 13))
  view.setFloat32(20, 1)
  view.setFloat32(44, 1)
  view.setUint8(60, 3)
  for (const n of [0, 1, 2]) view.setInt32(61 + 4 * n, n)
  return new Uint8Array([...header, ...new Uint8Array(view.buffer)])
}

describe('PLY', () => {
  test('reads back bit for bit, with what its points carry', async () => {
    const found = await read(file)
    expect(found.mesh).toEqual(sphere)
    expect(found.values.get('thickness_mm')).toEqual(thickness.values)
    expect(found).toMatchObject({ comments: ['Proofprint PLY, unit mm, LPS axes', 'trace 7K3MQ-2XA9B'], passedOver: 0 })
  })
  test('another reader (three) sees the same points, triangles and values', () => {
    const loader = new PLYLoader()
    loader.setCustomPropertyNameMapping({ thickness: ['thickness_mm'] })
    const geometry = loader.parse(file.slice().buffer as ArrayBuffer)
    expect([...geometry.getAttribute('position').array]).toEqual([...sphere.positions])
    expect([...(geometry.index?.array ?? [])]).toEqual([...sphere.indices])
    expect([...geometry.getAttribute('thickness').array]).toEqual([...thickness.values])
  })
  test('a changed value, a comment and bytes at the end are seen when it is read back', async () => {
    const against = async (bytes: Uint8Array, values = thickness) =>
      reread(
        [sphere],
        { file: fileOf(bytes), format: 'ply', notes, values, frame: null },
        POLICIES.teaching,
        IDLE_CONTEXT,
      )
    expect((await against(file)).level).toBe('pass')
    const other = { ...thickness, values: thickness.values.with(5, 0) }
    expect(await against(file, other)).toMatchObject({ level: 'fail', detail: { reason: 'values' } })
    expect(await against(Uint8Array.of(...file, 7))).toMatchObject({ level: 'fail', detail: { reason: 'metadata' } })
    const commented = Buffer.from(
      Buffer.from(file).toString('latin1').replace('comment', 'comment a name\ncomment'),
      'latin1',
    )
    expect(await against(commented)).toMatchObject({ level: 'fail', detail: { reason: 'metadata' } })
  })
  test('values of another mesh are not written', () => {
    const few = { ...thickness, values: thickness.values.slice(1) }
    expect(() => joined(writePly(releasedForTest(sphere), notes, few))).toThrow(
      expect.objectContaining({ code: 'export/mismatch' }),
    )
  })
  test.each([
    ['ASCII', ASCII],
    ['big endian', bigEndian()],
  ])('%s of another maker is read', async (_, ply) => {
    const { mesh } = await read(ply)
    expect([...mesh.positions]).toEqual([0, 0, 0, 1, 0, 0, 0, 1, 0])
    expect([...mesh.indices]).toEqual([0, 1, 2])
  })
  test.each<[string, string | Uint8Array, string]>([
    ['no header', 'play', 'mesh/truncated'],
    ['a header without end', HEAD, 'mesh/truncated'],
    ['a type that does not exist', ASCII.replace('float x', '__proto__ x'), 'mesh/corrupt'],
    ['a property twice', ASCII.replace('float y', 'float x'), 'mesh/corrupt'],
    ['no z', ASCII.replace('property float z\n', ''), 'mesh/unsupported'],
    ['faces first', ASCII.replace('vertex 3', 'edge 3'), 'mesh/unsupported'],
    ['a count beyond all', ASCII.replace('vertex 3', 'vertex 4000000000'), 'mesh/too-large'],
    ['a count beyond the file', ASCII.replace('vertex 3', 'vertex 40000000'), 'mesh/truncated'],
    ['a missing row', ASCII.replace('3 0 1 2\n', ''), 'mesh/truncated'],
    ['a point that is not a number', ASCII.replace('1 0 0', '1 nan 0'), 'mesh/corrupt'],
    ['a missing number', ASCII.replace('1 0 0', '1 0'), 'mesh/corrupt'],
    ['an index past the points', ASCII.replace('3 0 1 2', '3 0 1 3'), 'mesh/corrupt'],
    ['a face of two corners', ASCII.replace('3 0 1 2', '2 0 1'), 'mesh/corrupt'],
    ['a list of no length', ASCII.replace('3 0 1 2', '99999999 0 1 2'), 'mesh/corrupt'],
    ['cut off in the faces', file.slice(0, -5), 'mesh/truncated'],
    ['no triangles', ASCII.replace('face 1', 'face 0'), 'mesh/empty'],
    ['another kind', ASCII.replace('ascii', 'morse'), 'mesh/unsupported'],
  ])('%s is refused', async (_, ply, code) => {
    await expect(read(ply)).rejects.toMatchObject({ code })
  })
})
