import { describe, expect, test } from 'vitest'
import type { Vec3 } from '../../../../src/core/types.ts'
import { cross, dot } from '../../../../src/import/affine-grid.ts'
import { frameAt, toFrame, toLps } from '../../../../src/prepare/marks/frame.ts'

const at = (normalLps: Vec3, upLps: Vec3) => frameAt({ pointLps: [1, 2, 3], normalLps, upLps })

describe('the frame of a picked place', () => {
  test.each([
    [
      [0, 0, 5],
      [0, 2, 0],
    ],
    [
      [1, -2, 3],
      [0, 0, 1],
    ],
    [
      [0, 0, 1],
      [0, 0, 7],
    ],
    [
      [0, -3, 0],
      [0, 1, 0],
    ],
    [
      [0, -3, 0],
      [0, 0, 0],
    ],
  ] as const)('is right-handed and unit for normal %j and up %j', (normal, up) => {
    const { x, y, z } = at(normal, up)
    for (const axis of [x, y, z]) expect(dot(axis, axis)).toBeCloseTo(1, 12)
    expect(dot(x, y)).toBeCloseTo(0, 12)
    cross(x, y).forEach((v, n) => {
      expect(v).toBeCloseTo(z[n] as number, 12)
    })
    expect(dot(z, normal)).toBeCloseTo(Math.hypot(...normal), 12)
  })

  test('up is the superior axis where none was picked', () => {
    expect(at([0, -1, 0], [0, 5, 0]).y).toEqual([0, 0, 1])
    // And the anterior one on top of a part.
    expect(at([0, 0, 1], [0, 0, 1]).y.map((v) => v + 0)).toEqual([0, -1, 0])
  })

  test('coordinates go there and back', () => {
    const frame = at([1, -2, 3], [0, 0, 1])
    const back = toFrame(frame, toLps(frame, 4, -5, 6))
    for (const [n, v] of [4, -5, 6].entries()) expect(back[n]).toBeCloseTo(v, 12)
    expect(toLps(frame, 0, 0, 0)).toEqual([1, 2, 3])
  })

  test('a place without a direction or a point is refused', () => {
    for (const bad of [
      [0, 0, 0],
      [Number.NaN, 0, 1],
    ] as const) {
      expect(() => at(bad, [0, 1, 0])).toThrow(expect.objectContaining({ code: 'app/bad-parameter' }))
    }
  })
})
