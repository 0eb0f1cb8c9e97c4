import { expect, test } from 'vitest'
import { joinedMesh, meshVolumeMm3 } from '../../../src/core/mesh.ts'
import { outerSolids } from '../../../src/qa/outer-solids.ts'
import { boxMesh, inverted } from '../../support/meshes.ts'

const box = (from: number, to: number) => boxMesh([from, from, from], [to, to, to])

test('cavities and what lies in them are left out, solids beside each other stay', () => {
  const nested = joinedMesh([box(0, 10), inverted(box(2, 8)), box(4, 5), box(20, 21)])
  expect(meshVolumeMm3(outerSolids(nested))).toBeCloseTo(1001, 6)
  const one = box(0, 1)
  expect(outerSolids(one)).toBe(one)
})
