import { expect, test } from 'vitest'
import { countVoxels, hasVoxel } from '../../../src/core/mask.ts'
import { IDLE_CONTEXT } from '../../../src/core/stage.ts'
import type { Mesh } from '../../../src/core/types.ts'
import { meshMask } from '../../../src/prepare/mesh-mask.ts'
import { windingAt } from '../../../src/prepare/row-winding.ts'
import { hollowBox } from '../../support/closed-part.ts'
import { boxMesh, joinMeshes } from '../../support/meshes.ts'
import { gridOf } from '../../support/phantoms.ts'

const grid = gridOf([11, 11, 11], [1, 1, 1], { origin: [-5, -5, -5] })
const inMask = async (mesh: Mesh) => {
  const mask = await meshMask(mesh, grid, IDLE_CONTEXT)
  return { count: countVoxels(mask), has: (x: number, y: number, z: number) => hasVoxel(mask, x + 5, y + 5, z + 5) }
}

/** Corners on the axes at 3 mm: rows of voxels run through its corners, along its edges and in its middle planes. */
const octahedron: Mesh = {
  positions: new Float32Array([3, 0, 0, -3, 0, 0, 0, 3, 0, 0, -3, 0, 0, 0, 3, 0, 0, -3]),
  indices: new Uint32Array([0, 2, 4, 2, 1, 4, 1, 3, 4, 3, 0, 4, 2, 0, 5, 1, 2, 5, 3, 1, 5, 0, 3, 5]),
}

test('a box whose faces lie on voxel centres takes one of two faces on each axis', async () => {
  expect((await inMask(boxMesh([-2, -2, -2], [2, 2, 2]))).count).toBe(64)
})

test('rows through corners and along edges: what is inside is in, what is outside is out', async () => {
  const { has } = await inMask(octahedron)
  for (let z = -5; z <= 5; z++)
    for (let y = -5; y <= 5; y++)
      for (let x = -5; x <= 5; x++) {
        const sum = Math.abs(x) + Math.abs(y) + Math.abs(z)
        if (sum !== 3) expect([x, y, z, has(x, y, z)]).toEqual([x, y, z, sum < 3])
      }
})

test('a cavity is out; where two pieces overlap is in', async () => {
  const { has } = await inMask(hollowBox(5.5, 1.5))
  expect([has(1, 1, 1), has(2, 3, 2), has(-1, 3, 3)]).toEqual([true, false, false])
  const two = joinMeshes(boxMesh([-3.5, -1.5, -1.5], [1.5, 1.5, 1.5]), boxMesh([-1.5, -1.5, -1.5], [3.5, 1.5, 1.5]))
  expect((await inMask(two)).count).toBe(7 * 9)
})

test('the winding number at a point', () => {
  expect(windingAt(octahedron, 0, 0, 0)).toBe(1)
  expect(windingAt(octahedron, 2, 2, 0)).toBe(0)
  expect(windingAt(octahedron, -4, 0, 0)).toBe(0)
  expect(windingAt(joinMeshes(octahedron, octahedron), 0.5, 0, 0)).toBe(2)
})
