import { expect, test } from 'vitest'
import type { Context } from '../../../src/core/stage.ts'
import { DEFAULT_LIMIT_BYTES, planRun } from '../../../src/infer/plan.ts'
import { runModel } from '../../../src/infer/run.ts'
import { networkCard } from '../../support/network-cards.ts'
import { aboveHalf, NO_JUDGE } from '../../support/networks.ts'
import { gridOf, volumeOf } from '../../support/phantoms.ts'

test('a scan of 512 x 512 x 300 goes in and comes back under the limit', async () => {
  const grid = gridOf([512, 512, 300], [0.45, 0.45, 0.8])
  const along = (n: number, middle: number, radius: number) =>
    Float64Array.from({ length: n }, (_, i) => ((i - middle) / radius) ** 2)
  const [x, y, z] = [along(512, 250, 180), along(512, 260, 200), along(300, 150, 110)]
  const inside = (i: number, j: number, k: number) => (x[i] as number) + (y[j] as number) + (z[k] as number)
  const volume = volumeOf(grid, (i, j, k) => Math.max(0, Math.min(100, Math.round(50 + 250 * (1 - inside(i, j, k))))))
  const tiling = { ...networkCard().tiling, tileVoxels: [128, 128, 128], overlapVoxels: 16, bytesPerVoxel: 16 } as const
  const card = networkCard({ tiling })
  const before = process.memoryUsage().arrayBuffers
  let most = 0
  const context: Context = {
    signal: new AbortController().signal,
    progress: () => {
      most = Math.max(most, process.memoryUsage().arrayBuffers - before)
    },
  }
  const { labels, certainty } = await runModel(volume, card, aboveHalf, DEFAULT_LIMIT_BYTES, context, NO_JUDGE)
  expect(labels.labels.length).toBe(512 * 512 * 300)
  expect(certainty.length).toBe(512 * 512 * 300)
  let wrong = 0
  for (let at = 0; at < volume.data.length; at++) {
    // Where brightness is level with the cut a voxel may fall to either side.
    const value = volume.data[at] as number
    if (Math.abs(value - 50) > 10 && (value > 50 ? 1 : 0) !== labels.labels[at]) wrong++
  }
  expect(wrong).toBe(0)
  expect(planRun(grid, card).peakBytes).toBeLessThan(DEFAULT_LIMIT_BYTES)
  expect(most).toBeLessThan(DEFAULT_LIMIT_BYTES)
}, 240_000)
