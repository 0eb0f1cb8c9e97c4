import { describe, expect, test } from 'vitest'
import { mapAreas, triangleAreas, withoutThin } from '../../../src/qa/map-areas.ts'
import { boxMesh, joinMeshes } from '../../support/meshes.ts'

const box = boxMesh([0, 0, 0], [2, 3, 4])
/** A plate of 0.4 mm beside a block. */
const both = joinMeshes(box, boxMesh([10, 0, 0], [20, 10, 0.4]))
const thickness = (mesh: typeof both, first: number) =>
  Float32Array.from({ length: mesh.positions.length / 3 }, (_, v) => (v < box.positions.length / 3 ? first : 0.4))

test('areas of triangles add up to the surface', () => {
  expect(triangleAreas(box).reduce((sum, a) => sum + a, 0)).toBeCloseTo(52, 5)
})

describe('a map by area', () => {
  test('every mm2 is in one bin, or beyond an end', () => {
    const { mm2, below, above } = mapAreas(both, thickness(both, 2), 0.4, 3, 26)
    expect(mm2[16]).toBeCloseTo(52, 3)
    // 0.4 as float32 is a hair above 0.4: the first bin.
    expect(mm2[0]).toBeCloseTo(216, 3)
    expect([below, above]).toEqual([0, 0])
  })
  test('values beyond the ends are counted apart, the upper end itself is in the last bin', () => {
    expect(mapAreas(box, thickness(box, 3), 0, 3, 3).mm2[2]).toBeCloseTo(52, 3)
    expect(mapAreas(box, thickness(box, 5), 0, 3, 3).above).toBeCloseTo(52, 3)
    expect(mapAreas(box, thickness(box, Number.NaN), 0, 3, 3).above).toBeCloseTo(52, 3)
    expect(mapAreas(box, thickness(box, -1), 0, 3, 3).below).toBeCloseTo(52, 3)
  })
})

describe('what would vanish', () => {
  test('a plate thinner than the process holds is gone, a block stays', () => {
    const { mesh, goneMm2 } = withoutThin(both, thickness(both, 2), 0.5)
    expect(goneMm2).toBeCloseTo(216, 3)
    expect(mesh.indices).toEqual(box.indices)
    expect(mesh.positions).toBe(both.positions)
  })
  test('a wall exactly at the limit stays', () => {
    const limit = Math.fround(0.4)
    expect(withoutThin(both, thickness(both, 2), limit).goneMm2).toBe(0)
    expect(withoutThin(both, thickness(both, 2), limit + 1e-3).goneMm2).toBeCloseTo(216, 3)
  })
  test('a triangle stays while one corner holds', () => {
    const almost = thickness(both, 2).with(box.positions.length / 3, 2)
    const { goneMm2 } = withoutThin(both, almost, 0.5)
    expect(goneMm2).toBeLessThan(216)
    expect(goneMm2).toBeGreaterThan(0)
  })
})
