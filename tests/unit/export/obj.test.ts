import type { Mesh as ThreeMesh } from 'three'
import { OBJLoader } from 'three/addons/loaders/OBJLoader.js'
import { describe, expect, test } from 'vitest'
import { IDLE_CONTEXT } from '../../../src/core/stage.ts'
import { writeObj } from '../../../src/export/obj.ts'
import { readObj } from '../../../src/export/obj-read.ts'
import { fileOf, joined, notesFor, soupOf } from '../../support/file-parts.ts'
import { releasedForTest } from '../../support/findings.ts'
import { boxMesh } from '../../support/meshes.ts'
import { sphereMesh } from '../../support/sphere-mesh.ts'

const sphere = sphereMesh(20, [-31.5, 12.25, 400])
const box = boxMesh([0, 0, 0], [1, 2, 3])
const file = joined(writeObj([sphere, box].map(releasedForTest), await notesFor([sphere, box])))
const text = new TextDecoder().decode(file)
const read = (obj: string | Uint8Array) =>
  readObj(typeof obj === 'string' ? new Blob([obj]) : fileOf(obj), IDLE_CONTEXT)
const square = 'v 0 0 0\nv 1 0 0\nv 1 1 0\nv 0 1 0\n'

describe('OBJ', () => {
  test('reads back bodies, names and every corner', async () => {
    const found = await read(file)
    expect(found).toMatchObject({
      comments: ['Proofprint OBJ, unit mm, LPS axes', 'trace 7K3MQ-2XA9B'],
      names: ['other-1-of-2', 'other-2-of-2'],
      passedOver: 0,
    })
    const expected = [...soupOf(sphere), ...soupOf(box)]
    const corners = soupOf(found.mesh as typeof sphere)
    expect(corners).toHaveLength(expected.length)
    for (const [n, v] of corners.entries()) expect(Math.abs(v - (expected[n] ?? Number.NaN))).toBeLessThanOrEqual(1e-6)
  })
  test('another reader (three) sees two objects by their names, with the same corners', () => {
    const group = new OBJLoader().parse(text)
    expect(group.children.map(({ name }) => name)).toEqual(['other-1-of-2', 'other-2-of-2'])
    const corners = (group.children[1] as ThreeMesh).geometry.getAttribute('position').array
    expect([...corners]).toEqual([...soupOf(box)])
  })
  test('faces of four corners, indices from the end, textures and normals are read', async () => {
    const { mesh, passedOver } = await read(`${square}vt 0 0\nvn 0 0 1\nf -4/1/1 -3/1/1 -2/1/1 -1/1/1\r\n`)
    expect([...mesh.indices]).toEqual([0, 1, 2, 0, 2, 3])
    expect(passedOver).toBeGreaterThan(0)
  })
  test.each<[string, string, string]>([
    ['an index past the points', `${square}f 1 2 9`, 'mesh/corrupt'],
    ['an index of nought', `${square}f 0 1 2`, 'mesh/corrupt'],
    ['an index that is no number', `${square}f 1 2 x`, 'mesh/corrupt'],
    ['a point that is not a number', 'v 0 0 nan\nf 1 1 1', 'mesh/corrupt'],
    ['an infinite point', 'v 0 0 1e999\nf 1 1 1', 'mesh/corrupt'],
    ['a face of two corners', `${square}f 1 2`, 'mesh/corrupt'],
    ['a line of nothing known', `${square}hello\nf 1 2 3`, 'mesh/corrupt'],
    ['a curve', `${square}curv 0 1 1 2`, 'mesh/unsupported'],
    ['a call of a command', `call evil.sh\n${square}f 1 2 3`, 'mesh/unsupported'],
    ['no face', square, 'mesh/empty'],
    ['nothing', '', 'mesh/empty'],
    ['a line without end', `v ${'0'.repeat(200_000)}`, 'mesh/corrupt'],
  ])('%s is refused', async (_, obj, code) => {
    await expect(read(obj)).rejects.toMatchObject({ code })
  })
})
