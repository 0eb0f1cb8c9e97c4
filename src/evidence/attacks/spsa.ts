import { seededRandom } from '../../core/random.ts'
import type { Vec3 } from '../../core/types.ts'
import { type Attack, Hunt } from '../attack.ts'

/** Voxels along an edge of the cubes that change together: fewer unknowns than voxels, so that few runs tell something. */
const BLOCK = 4
const PAIRS = 16
const MOMENTUM = 0.9
/** Of the largest change: how far a probe goes (all the way: the overlap of labels is flat near by), and how far a step. */
const PROBE = 1
const STEP = 0.25

/**
 * SPSA (Spall 1992; as an attack Uesato et al. 2018, arXiv 1802.05666): the slope of the overlap is guessed from pairs of
 * runs with random signs on all blocks at once, and the scan follows its sign downhill within the allowed change.
 */
export const spsa: Attack = async (order, target, ctx) => {
  const hunt = new Hunt(order, target, ctx)
  await hunt.start()
  const random = seededRandom(order.seed)
  const block = blocksOf(order.volume.grid.size)
  const blocks = (block.at(-1) ?? 0) + 1
  const at = new Float64Array(blocks)
  const slope = new Float64Array(blocks)
  const still = new Int8Array(blocks)
  const change = new Int16Array(block.length)
  const tryAway = (signs: Int8Array, way: 1 | -1) => {
    for (let n = 0; n < change.length; n++) {
      const b = block[n] as number
      change[n] = Math.round((at[b] as number) + way * PROBE * hunt.steps * (signs[b] as number))
    }
    return hunt.try(change)
  }
  while (!hunt.isOver) {
    const guess = new Float64Array(blocks)
    for (let pair = 0; pair < PAIRS && !hunt.isOver; pair++) {
      const signs = Int8Array.from(guess, () => (random() < 0.5 ? -1 : 1))
      const up = await tryAway(signs, 1)
      if (hunt.isOver) break
      const rise = up - (await tryAway(signs, -1))
      for (let b = 0; b < blocks; b++) guess[b] = (guess[b] as number) + rise * (signs[b] as number)
    }
    for (let b = 0; b < blocks; b++) {
      slope[b] = MOMENTUM * (slope[b] as number) + (1 - MOMENTUM) * (guess[b] as number)
      const next = (at[b] as number) - Math.sign(slope[b] as number) * STEP * hunt.steps
      at[b] = Math.max(-hunt.steps, Math.min(hunt.steps, next))
    }
    // Probes only lie around the place that was reached.
    if (!hunt.isOver) await tryAway(still, 1)
  }
  return hunt.result
}

/** The block of every voxel, counted from 0 without a gap; the last voxel lies in the last. */
function blocksOf([nx, ny, nz]: Vec3): Int32Array {
  const count = (n: number) => Math.ceil(n / BLOCK)
  const of = new Int32Array(nx * ny * nz)
  for (let k = 0, at = 0; k < nz; k++) {
    for (let j = 0; j < ny; j++) {
      const row = count(nx) * (Math.floor(j / BLOCK) + count(ny) * Math.floor(k / BLOCK))
      for (let i = 0; i < nx; i++, at++) of[at] = row + Math.floor(i / BLOCK)
    }
  }
  return of
}
