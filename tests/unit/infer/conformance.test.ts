import { expect, test } from 'vitest'
import { ijkToLps } from '../../../src/core/affine.ts'
import { IDLE_CONTEXT } from '../../../src/core/stage.ts'
import type { Vec3, Volume } from '../../../src/core/types.ts'
import type { ModelCard } from '../../../src/infer/card.ts'
import { runModel } from '../../../src/infer/run.ts'
import { openNetwork } from '../../../src/infer/session.io.ts'
import { BRAINCHOP, broughtModel, REACH_VOXELS, referenceLabels } from '../../support/brainchop-cards.ts'
import { NO_JUDGE } from '../../support/networks.ts'
import { readNiftiCt, realFile } from '../../support/real-scans.ts'

// The smallest network on a block of the head: deeper than the network's reach its answer is that for the whole head.
const CORE = 30
const EDGE = CORE + 2 * REACH_VOXELS
const FIRST: Vec3 = [90, 50, 80]

const [smallest] = BRAINCHOP
const model = smallest ? await broughtModel(smallest) : null
const reference = smallest ? referenceLabels(smallest.id) : null
const head = realFile('mr_t1_brainchop', 't1_crop.nii.gz')

function block(volume: Volume): Volume {
  const [nx, ny] = volume.grid.size
  const data = new Int16Array(EDGE ** 3)
  for (let row = 0; row < EDGE * EDGE; row++) {
    const [j, k] = [FIRST[1] + (row % EDGE), FIRST[2] + Math.floor(row / EDGE)]
    const from = (k * ny + j) * nx + FIRST[0]
    data.set(volume.data.subarray(from, from + EDGE), row * EDGE)
  }
  const grid = { ...volume.grid, size: [EDGE, EDGE, EDGE] as const, origin: ijkToLps(volume.grid, FIRST) }
  return { ...volume, grid, data }
}

/** Voxels of the core that differ from the reference, and how many labels are seen in it. */
function compare(labels: Uint8Array, expected: Uint8Array, [nx, ny]: Vec3) {
  const seen = new Set<number>()
  let differing = 0
  for (let at = 0; at < CORE ** 3; at++) {
    const ijk = [at % CORE, Math.floor(at / CORE) % CORE, Math.floor(at / CORE ** 2)].map((n) => n + REACH_VOXELS)
    const [i, j, k] = ijk as [number, number, number]
    const truth = expected[((FIRST[2] + k) * ny + FIRST[1] + j) * nx + FIRST[0] + i] as number
    seen.add(truth)
    if (labels[(k * EDGE + j) * EDGE + i] !== truth) differing++
  }
  return { differing, seen }
}

// An absent file registers no test but this one, which says so.
if (!model || !reference || !head) {
  test('the networks and the head beside the project are not there: nothing to compare', () => {
    expect(model && reference && head).toBeNull()
  })
} else {
  test('a network of other people marks a real head as its reference does, and not with its axes in another order', async () => {
    const whole = readNiftiCt(head)
    const range = whole.data.reduce(({ low, high }, v) => ({ low: Math.min(low, v), high: Math.max(high, v) }), {
      low: Infinity,
      high: -Infinity,
    })
    const cardWith = (orientation: string): ModelCard => ({
      ...model.card,
      input: {
        ...model.card.input,
        orientation,
        sizeVoxels: EDGE,
        intensity: { kind: 'window', ...range, clip: false },
      },
    })
    const network = await openNetwork(model.weights, model.card, { backend: 'wasm', adapter: 'a test', threads: 1 })
    const scan = block(whole)
    const differing = async (orientation: string) => {
      const { labels } = await runModel(scan, cardWith(orientation), network, 2 ** 31, IDLE_CONTEXT, NO_JUDGE)
      return compare(labels.labels, reference, whole.grid.size)
    }
    const right = await differing('LIA')
    const turned = await differing('LAI')
    await network.release()
    expect(right.seen).toEqual(new Set([0, 1, 2]))
    expect(right.differing).toBeLessThanOrEqual(1e-4 * CORE ** 3)
    expect(turned.differing).toBeGreaterThan(0.01 * CORE ** 3)
  }, 240_000)
}
