import { describe, expect, test } from 'vitest'
import type { Grid } from '../../../src/core/types.ts'
import { meshCut } from '../../../src/ui/viewer/mesh-cut.ts'
import { planeOf } from '../../../src/ui/viewer/plane.ts'
import { boxMesh, sphereMesh } from '../../support/meshes.ts'

const GRID: Grid = {
  size: [40, 50, 60],
  spacing: [1, 0.5, 2],
  origin: [-10, 5, -20],
  direction: [1, 0, 0, 0, 1, 0, 0, 0, 1],
}

describe('where a surface goes through a slice', () => {
  test('a box gives its four sides, in pixels', () => {
    const axial = planeOf(GRID, 'axial')
    const lines = meshCut(boxMesh([0, 10, -5], [10, 20, 15]), GRID, axial, 10)
    const [columns, rows] = [lines.filter((_, n) => n % 2 === 0), lines.filter((_, n) => n % 2 === 1)]
    // LPS 0 to 10 lies 10 to 20 columns from the first voxel; 10 to 20 is rows of 0.5 mm from 5 on.
    expect([Math.min(...columns), Math.max(...columns)]).toEqual([10, 20].map((n) => expect.closeTo(n, 6)))
    expect([Math.min(...rows), Math.max(...rows)]).toEqual([10, 30].map((n) => expect.closeTo(n, 6)))
    expect(lines.length % 4).toBe(0)
    expect(meshCut(boxMesh([0, 10, -5], [10, 20, 15]), GRID, axial, 40)).toEqual([])
  })
  test('a ball gives a circle that closes, on every plane', () => {
    const ball = sphereMesh(8, 24, [8, 16, 20])
    for (const [id, slice, perPixel] of [
      ['axial', 20, [1, 0.5]],
      ['coronal', 22, [1, 2]],
      ['sagittal', 18, [0.5, 2]],
    ] as const) {
      const plane = planeOf(GRID, id)
      const lines = meshCut(ball, GRID, plane, slice)
      const ends = new Map<string, number>()
      for (let n = 0; n < lines.length; n += 2) {
        const key = `${lines[n]?.toFixed(7)} ${lines[n + 1]?.toFixed(7)}`
        ends.set(key, (ends.get(key) ?? 0) + 1)
      }
      expect([...ends.values()].every((count) => count % 2 === 0)).toBe(true)
      const wide = lines.filter((_, n) => n % 2 === 0)
      expect((Math.max(...wide) - Math.min(...wide)) * perPixel[0]).toBeCloseTo(16, 0)
    }
  })
})
