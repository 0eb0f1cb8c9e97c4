import { expect, test } from 'vitest'
import { maskFromBytes, maskVolumeMm3 } from '../../../src/core/mask.ts'
import { meshBounds, meshVolumeMm3 } from '../../../src/core/mesh.ts'
import type { Grid } from '../../../src/core/types.ts'
import { quickPart } from '../../../src/ui/viewer/quick-part.ts'

const N = 200
const grid: Grid = {
  size: [N, 60, 60],
  spacing: [0.5, 1, 1],
  origin: [-50, -30, 100],
  direction: [-1, 0, 0, 0, -1, 0, 0, 0, 1],
}
const ball = Uint8Array.from({ length: N * 60 * 60 }, (_, n) => {
  const [i, j, k] = [n % N, Math.floor(n / N) % 60, Math.floor(n / (N * 60))]
  return Math.hypot((i - 100) * 0.5, j - 30, k - 30) < 20 ? 1 : 0
})

test('the quick picture lies where the mask lies', async () => {
  const mask = maskFromBytes(grid, ball)
  const mesh = await quickPart(mask, new AbortController().signal)
  expect(mesh).not.toBeNull()
  if (mesh === null) return
  const { min, max } = meshBounds(mesh)
  const middle = [0, 1, 2].map((n) => ((min[n] ?? 0) + (max[n] ?? 0)) / 2)
  // Voxel 100, 30, 30 of a grid whose first two axes run to R and A.
  expect(middle[0]).toBeCloseTo(-100, 0)
  expect(middle[1]).toBeCloseTo(-60, 0)
  expect(middle[2]).toBeCloseTo(130, 0)
  expect(meshVolumeMm3(mesh) / maskVolumeMm3(mask)).toBeGreaterThan(0.9)
  expect(meshVolumeMm3(mesh) / maskVolumeMm3(mask)).toBeLessThan(1.2)
})
test('a sheet of one voxel does not tear', async () => {
  const sheet = maskFromBytes(
    { ...grid, size: [N, 200, 60] },
    Uint8Array.from({ length: N * 200 * 60 }, (_, n) => (Math.floor(n / N) % 200 === 77 ? 1 : 0)),
  )
  const mesh = await quickPart(sheet, new AbortController().signal)
  expect(mesh === null ? 0 : mesh.indices.length).toBeGreaterThan(1000)
})
test('an empty mask has no picture', async () => {
  expect(await quickPart(maskFromBytes(grid, new Uint8Array(N * 60 * 60)), new AbortController().signal)).toBeNull()
})
