import { describe, expect, test } from 'vitest'
import { meshVolumeMm3, triangleCount } from '../../../src/core/mesh.ts'
import type { Mesh } from '../../../src/core/types.ts'
import { compact, pieceCount, withoutFilms, withoutSplinters } from '../../../src/prepare/pieces.ts'
import { boxMesh, inverted, joinMeshes, sphereMesh } from '../../support/meshes.ts'

const splinter: Mesh = {
  positions: new Float32Array([30, 0, 0, 31, 0, 0, 30, 1, 0, 30, 0, 0.01]),
  indices: new Uint32Array([0, 1, 2, 0, 3, 1, 1, 3, 2, 2, 3, 0]),
}
const ball = sphereMesh(10, 12)

describe('pieces of a surface', () => {
  test('are counted', () => {
    expect(pieceCount(ball)).toBe(1)
    expect(pieceCount(joinMeshes(ball, splinter, boxMesh([50, 0, 0], [60, 9, 9])))).toBe(3)
    expect(pieceCount({ positions: new Float32Array(0), indices: new Uint32Array(0) })).toBe(0)
  })
  test('a splinter more than before goes with its vertices', () => {
    const out = withoutSplinters(joinMeshes(splinter, ball), 1)
    expect(triangleCount(out)).toBe(triangleCount(ball))
    expect(out.positions.length).toBe(ball.positions.length)
  })
  test('as many pieces as before stay, however small', () => {
    const both = joinMeshes(ball, splinter)
    expect(withoutSplinters(both, 2)).toBe(both)
  })
  test('a piece of some size is never dropped', () => {
    const both = joinMeshes(ball, boxMesh([50, 0, 0], [60, 9, 9]))
    expect(withoutSplinters(both, 1)).toBe(both)
  })
  test('compact keeps the triangles and drops vertices without one', () => {
    const out = compact(new Float32Array([9, 9, 9, 0, 0, 0, 1, 0, 0, 0, 1, 0]), new Uint32Array([3, 1, 2]))
    expect([...out.indices]).toEqual([0, 1, 2])
    expect([...out.positions]).toEqual([0, 1, 0, 0, 0, 0, 1, 0, 0])
  })
})

test('films without a volume are left out, thin plates and cavities stay', () => {
  const sound = joinMeshes(boxMesh([0, 0, 0], [1, 1, 1]), boxMesh([2, 0, 0], [3, 1, 1e-3]))
  expect(withoutFilms(sound)).toBe(sound)
  const film = boxMesh([4, 0, 0], [5, 1, 1e-5])
  const left = withoutFilms(joinMeshes(film, sound))
  expect(triangleCount(left)).toBe(24)
  expect(meshVolumeMm3(left)).toBeCloseTo(1.001, 6)
  const hollow = joinMeshes(boxMesh([0, 0, 0], [3, 3, 3]), inverted(boxMesh([1, 1, 1], [2, 2, 2])))
  expect(withoutFilms(hollow)).toBe(hollow)
})
