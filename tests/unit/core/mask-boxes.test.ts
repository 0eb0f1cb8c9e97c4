import { expect, test } from 'vitest'
import { boxAround, differingBox, hasVoxel } from '../../../src/core/mask.ts'
import type { VoxelBox } from '../../../src/core/types.ts'
import { gridOf, maskOf } from '../../support/phantoms.ts'

const GRID = gridOf([70, 9, 8])
const ball = (ci: number) => maskOf(GRID, (i, j, k) => (i - ci) ** 2 + (j - 4) ** 2 + (k - 3) ** 2 < 8)

test('the box holds every voxel in which two masks differ, and is as tight as words allow', () => {
  const [a, b] = [ball(36), ball(50)]
  const { min, max } = differingBox(a, b) as VoxelBox
  expect({ min, max }).toEqual({ min: [32, 2, 1], max: [63, 6, 5] })
  for (let k = 0; k < 8; k++) {
    for (let j = 0; j < 9; j++) {
      for (let i = 0; i < 70; i++) {
        const inBox = [i, j, k].every((n, axis) => n >= (min[axis] as number) && n <= (max[axis] as number))
        if (!inBox) expect(hasVoxel(a, i, j, k)).toBe(hasVoxel(b, i, j, k))
      }
    }
  }
})
test('the last word of a row ends with the row, and equal masks have no box', () => {
  const corner = maskOf(GRID, (i, j, k) => i === 69 && j === 8 && k === 7)
  const none = maskOf(GRID, () => false)
  expect(differingBox(corner, none)).toEqual({ min: [64, 8, 7], max: [69, 8, 7] })
  expect(differingBox(corner, corner)).toBeNull()
})
test('a box around two boxes holds both', () => {
  expect(boxAround({ min: [1, 5, 2], max: [3, 6, 9] }, { min: [2, 0, 4], max: [8, 2, 5] })).toEqual({
    min: [1, 0, 2],
    max: [8, 6, 9],
  })
})
