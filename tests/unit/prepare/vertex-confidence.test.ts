import { describe, expect, it } from 'vitest'
import { vertexConfidence } from '../../../src/prepare/vertex-confidence.ts'
import { gridOf } from '../../support/phantoms.ts'
import { sphereMesh } from '../../support/sphere-mesh.ts'

const GRID = gridOf([60, 60, 30], [1, 1, 2], { origin: [-30, -30, -30] })
const ball = sphereMesh(18, [0, 0, 0])

/** Certainty from the place in mm. */
function certaintyOf(at: (x: number, y: number, z: number) => number): Uint8Array {
  const bytes = new Uint8Array(60 * 60 * 30)
  for (let n = 0; n < bytes.length; n++) {
    bytes[n] = at((n % 60) - 30, (Math.floor(n / 60) % 60) - 30, 2 * Math.floor(n / 3600) - 30)
  }
  return bytes
}

const zOf = (n: number) => ball.positions[3 * n + 2] as number

describe('vertexConfidence', () => {
  it('is sure where a border is sharp, though every border has a film', () => {
    const film = certaintyOf((x, y, z) => (Math.abs(Math.hypot(x, y, z) - 18) < 0.8 ? 130 : 250))
    for (const sure of vertexConfidence(ball, GRID, film, 2)) expect(sure).toBeGreaterThan(230)
  })

  it('is unsure where the tissue on either side is', () => {
    for (const [from, to] of [
      [14, 18],
      [18, 22],
    ] as const) {
      const wavers = certaintyOf((x, y, z) => {
        const r = Math.hypot(x, y, z)
        return z > 0 && r > from && r < to ? 120 : 250
      })
      vertexConfidence(ball, GRID, wavers, 1).forEach((sure, n) => {
        if (zOf(n) > 4) expect(sure).toBeLessThan(230)
        if (zOf(n) < -4) expect(sure).toBe(250)
      })
    }
  })

  it('is trilinear and takes the edge for what lies beyond', () => {
    const ramp = certaintyOf((x) => 100 + x)
    const flat = { positions: Float32Array.of(0.5, 0, 0, 0.5, 1, 0, 0.5, 0, 1), indices: Uint32Array.of(0, 1, 2) }
    // The normal points along x: the lower side at 0.75 is -0.25, its surest sample.
    expect([...vertexConfidence(flat, GRID, ramp, 1)]).toEqual([100, 100, 100])
    const far = { ...flat, positions: flat.positions.map((v) => v + 500) }
    expect([...vertexConfidence(far, GRID, ramp, 1)]).toEqual([129, 129, 129])
  })
})
