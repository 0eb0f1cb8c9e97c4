import { expect, test } from 'vitest'
import { meshAreaMm2, meshBounds } from '../../../src/core/mesh.ts'
import { patchesOf } from '../../../src/prepare/patches.ts'
import { boxMesh, joinMeshes, sphereMesh } from '../../support/meshes.ts'

const box = (x: number) => boxMesh([x, 0, 0], [x + 1, 1, 1])

test('what lies far apart is apart, what lies near is together, in the order of the triangles', () => {
  const patches = patchesOf(joinMeshes(box(-40), box(0), box(1.4), box(60)), 1)
  expect(patches.map((patch) => meshBounds(patch).min[0])).toEqual([-40, 0, 60])
  expect(patches.map((patch) => patch.indices.length)).toEqual([36, 72, 36])
})
test('nothing of the sheet is lost, wherever it lies', () => {
  const sheet = joinMeshes(sphereMesh(3, 12, [-300, 200, 0.5]), sphereMesh(20, 12), sphereMesh(0.2, 12, [500, 0, -900]))
  const patches = patchesOf(sheet, 1.3)
  expect(patches).toHaveLength(3)
  const area = patches.reduce((sum, patch) => sum + meshAreaMm2(patch), 0)
  expect(area / meshAreaMm2(sheet)).toBeCloseTo(1, 5)
})
test('patches lie at least as far apart as asked, and nothing has none', () => {
  for (const gap of [0.5, 1, 1.5, 2, 2.5]) {
    const patches = patchesOf(joinMeshes(box(0), box(1 + gap)), 1)
    if (gap < 1) expect(patches).toHaveLength(1)
    if (gap > 2) expect(patches).toHaveLength(2)
  }
  expect(patchesOf({ positions: new Float32Array(), indices: new Uint32Array() }, 1)).toEqual([])
})
