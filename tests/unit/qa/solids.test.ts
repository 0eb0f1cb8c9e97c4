import { expect, test } from 'vitest'
import { joinedMesh } from '../../../src/core/mesh.ts'
import type { Mesh } from '../../../src/core/types.ts'
import { solidCount } from '../../../src/qa/solids.ts'
import { boxMesh } from '../../support/meshes.ts'

const inwards = ({ positions, indices }: Mesh): Mesh => ({ positions, indices: indices.slice().reverse() })
const box = (from: number, to: number) => boxMesh([from, from, from], [to, to, to])

test('solids are counted, cavities are not, and what lies in a cavity is a solid again', () => {
  expect(solidCount(box(0, 1))).toBe(1)
  expect(solidCount(joinedMesh([box(0, 1), box(3, 4), box(6, 7)]))).toBe(3)
  const hollow = joinedMesh([box(0, 10), inwards(box(2, 8))])
  expect(solidCount(hollow)).toBe(1)
  expect(solidCount(joinedMesh([hollow, box(4, 5)]))).toBe(2)
})
