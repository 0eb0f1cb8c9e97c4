import { describe, expect, test } from 'vitest'
import { meshVolumeMm3 } from '../../../src/core/mesh.ts'
import { seededRandom } from '../../../src/core/random.ts'
import { IDLE_CONTEXT } from '../../../src/core/stage.ts'
import type { Mesh } from '../../../src/core/types.ts'
import { SMOOTH, smooth } from '../../../src/prepare/smooth.ts'
import { sphereMesh } from '../../support/meshes.ts'

/** A sphere whose vertices are shaken along the radius, as a staircase would. */
function shaken(amountMm: number): Mesh {
  const random = seededRandom(3)
  const sphere = sphereMesh(20, 40)
  const positions = sphere.positions.slice()
  for (let i = 0; i < positions.length; i += 3) {
    const scale = 1 + ((random() - 0.5) * 2 * amountMm) / 20
    for (let k = 0; k < 3; k++) positions[i + k] = (positions[i + k] as number) * scale
  }
  return { positions, indices: sphere.indices }
}

const largestShift = (a: Mesh, b: Mesh) => {
  let worst = 0
  for (let i = 0; i < a.positions.length; i += 3) {
    const d = [0, 1, 2].map((k) => (a.positions[i + k] as number) - (b.positions[i + k] as number))
    worst = Math.max(worst, Math.hypot(...d))
  }
  return worst
}

function roughness(mesh: Mesh): number {
  const radii = Array.from({ length: mesh.positions.length / 3 }, (_, v) =>
    Math.hypot(...mesh.positions.subarray(3 * v, 3 * v + 3)),
  )
  const mean = radii.reduce((a, b) => a + b, 0) / radii.length
  return Math.sqrt(radii.reduce((sum, r) => sum + (r - mean) ** 2, 0) / radii.length)
}

describe('smooth', () => {
  test.each([5, 10, 15])('%s iterations keep the volume of a sphere within 0.5 %', async (iterations) => {
    const sphere = sphereMesh(20, 40)
    const out = await smooth(sphere, { ...SMOOTH.defaults, iterations }, IDLE_CONTEXT)
    expect(Math.abs(meshVolumeMm3(out) / meshVolumeMm3(sphere) - 1)).toBeLessThan(0.005)
  })

  test('takes most of the roughness away', async () => {
    const before = shaken(0.3)
    const after = await smooth(before, { ...SMOOTH.defaults, maxShiftMm: 0.5 }, IDLE_CONTEXT)
    expect(roughness(after)).toBeLessThan(0.45 * roughness(before))
  })

  test.each([0.02, 0.1, 0.3])('moves no vertex farther than %s mm', async (maxShiftMm) => {
    const before = shaken(0.5)
    const after = await smooth(before, { iterations: 20, passBand: 0.05, maxShiftMm }, IDLE_CONTEXT)
    const shift = largestShift(after, before)
    expect(shift).toBeLessThanOrEqual(maxShiftMm + 4e-6)
    expect(shift).toBeGreaterThan(maxShiftMm * 0.9)
  })

  test('leaves the input as it was and gives the same bytes twice', async () => {
    const mesh = shaken(0.3)
    const copy = mesh.positions.slice()
    const first = await smooth(mesh, SMOOTH.defaults, IDLE_CONTEXT)
    expect(mesh.positions).toEqual(copy)
    expect(await smooth(mesh, SMOOTH.defaults, IDLE_CONTEXT)).toEqual(first)
  })

  test('zero iterations change nothing; a vertex without neighbours stays', async () => {
    const mesh: Mesh = {
      positions: new Float32Array([...sphereMesh(5, 6).positions, 1, 2, 3]),
      indices: sphereMesh(5, 6).indices,
    }
    expect((await smooth(mesh, { ...SMOOTH.defaults, iterations: 0 }, IDLE_CONTEXT)).positions).toEqual(mesh.positions)
    const out = await smooth(mesh, SMOOTH.defaults, IDLE_CONTEXT)
    expect([...out.positions.slice(-3)]).toEqual([1, 2, 3])
  })

  test('stops when cancelled', async () => {
    const cancelled = { ...IDLE_CONTEXT, signal: AbortSignal.abort() }
    await expect(smooth(sphereMesh(5, 6), SMOOTH.defaults, cancelled)).rejects.toMatchObject({ name: 'AbortError' })
  })
})
