import { expect, test } from 'vitest'
import { meshBounds } from '../../../src/core/mesh.ts'
import { IDLE_CONTEXT } from '../../../src/core/stage.ts'
import type { Vec3 } from '../../../src/core/types.ts'
import { loadManifold } from '../../../src/prepare/manifold.io.ts'
import { CODE, codeMark, codeSideMm } from '../../../src/prepare/marks/code.ts'
import { markHalf, markOutline } from '../../../src/ui/mark-outline.ts'
import { trianglesOfBody } from '../../../src/ui/tool-plane.ts'
import { planeSection } from '../../../src/ui/viewer/plane-section.ts'
import { boxMesh, joinMeshes, sphereMesh } from '../../support/meshes.ts'

const pointsOf = (segments: readonly number[]): Vec3[] =>
  Array.from({ length: segments.length / 3 }, (_, n) => segments.slice(3 * n, 3 * n + 3) as unknown as Vec3)

test('the section of a ball is a circle that closes', () => {
  const ball = sphereMesh(10, 48, [5, 6, 7])
  const points = pointsOf(
    planeSection(ball, { pointLps: [0, 0, 13], normalLps: [0, 0, 2] }, 0, ball.indices.length / 3),
  )
  expect(points.length).toBeGreaterThan(90)
  for (const [x, y, z] of points) {
    expect(z).toBeCloseTo(13, 4)
    expect(Math.abs(Math.hypot(x - 5, y - 6) - 8)).toBeLessThan(0.05)
  }
  const ends = new Map<string, number>()
  for (const point of points) {
    const key = point.map((mm) => mm.toFixed(4)).join()
    ends.set(key, (ends.get(key) ?? 0) + 1)
  }
  expect(new Set(ends.values())).toEqual(new Set([2]))
})

test('only the triangles of the body that is cut are looked at', () => {
  const [a, b] = [boxMesh([0, 0, 0], [1, 1, 1]), boxMesh([5, 0, 0], [6, 1, 1])]
  const runs = [a, b].map(({ positions, indices }, n) => {
    return { id: n + 1, vertices: positions.length / 3, triangles: indices.length / 3 }
  })
  const middle = { pointLps: [0, 0, 0.5], normalLps: [0, 0, 1] } as const
  const widest = (id: number | null) => {
    const x = pointsOf(planeSection(joinMeshes(a, b), middle, ...trianglesOfBody(runs, id))).map(([at]) => at)
    return [Math.min(...x), Math.max(...x)]
  }
  expect([widest(1), widest(2), widest(null)]).toEqual([
    [0, 1],
    [5, 6],
    [0, 6],
  ])
})

test('a mark is outlined where it will stand, its top where it points', () => {
  const face = { pointLps: [10, 20, 30], normalLps: [0, -1, 0], top: 'right' } as const
  const points = pointsOf(markOutline(face, { x: 8, y: 2 }))
  const spread = (axis: 0 | 1 | 2) => {
    const at = points.map((point) => point[axis])
    return [Math.min(...at), Math.max(...at)]
  }
  // Seen from the front the top points to the patient's left: along +x, the tip of the arrow beyond the rectangle.
  expect(spread(0)).toEqual([8, expect.closeTo(12.7, 6)])
  expect(spread(2)).toEqual([22, 38])
  expect(spread(1)).toEqual([expect.closeTo(19.7, 6), expect.closeTo(19.7, 6)])
})

test('the size of a code is that of the plate that is made', async () => {
  const place = { pointLps: [0, 0, 50], normalLps: [0, 0, 1], upLps: [0, 1, 0] } as const
  const params = { ...CODE.defaults, place, text: 'K7Q2-9FXM', moduleMm: 1.5 }
  const { body } = await codeMark(boxMesh([-50, -50, 0], [50, 50, 50]), params, IDLE_CONTEXT, loadManifold)
  const { min, max } = meshBounds(body)
  expect(max[0] - min[0]).toBeCloseTo(codeSideMm(1.5), 4)
  expect(markHalf('code', { moduleMm: 1.5 }, null)).toEqual({ x: codeSideMm(1.5) / 2, y: codeSideMm(1.5) / 2 })
  expect(markHalf('emboss', {}, null)).toBeNull()
  expect(markHalf('stand', {}, null)).toBeNull()
})
