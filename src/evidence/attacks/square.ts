import { seededRandom } from '../../core/random.ts'
import type { Vec3 } from '../../core/types.ts'
import { type Attack, Hunt } from '../attack.ts'

/** Share of the voxels that the first cubes change. */
const FIRST_SHARE = 0.3
/** Shares of the budget after which that share is halved: the schedule of the paper, whose budget was 10,000. */
const HALVED_AFTER = [0.001, 0.005, 0.02, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8] as const

/**
 * Square attack (Andriushchenko et al. 2020, arXiv 1912.00049) with cubes for squares: random cubes are pushed to the end of
 * the allowed change, and kept when the overlap does not rise; large ones first. Starts from stripes along the first axis.
 */
export const square: Attack = async (order, target, ctx) => {
  const hunt = new Hunt(order, target, ctx)
  let lowest = await hunt.start()
  const random = seededRandom(order.seed)
  const { size } = order.volume.grid
  const sign = () => (random() < 0.5 ? -hunt.steps : hunt.steps)
  const stripes = Int16Array.from({ length: size[0] }, sign)
  let kept = new Int16Array(order.volume.data.length).map((_, n) => stripes[n % size[0]] as number)
  if (!hunt.isOver) lowest = await hunt.try(kept)
  for (let tried = 0; !hunt.isOver; tried++) {
    const halvings = HALVED_AFTER.filter((share) => tried > share * order.queries).length
    const next = kept.slice()
    pushCube(next, size, FIRST_SHARE / 2 ** halvings, random, sign())
    const overlap = await hunt.try(next)
    if (overlap > lowest) continue
    lowest = overlap
    kept = next
  }
  return hunt.result
}

/** Sets one cube, or as much of it as the scan is deep, of about this share of all voxels. */
function pushCube(change: Int16Array, size: Vec3, share: number, random: () => number, value: number): void {
  const edge = Math.max(1, Math.round(Math.cbrt(share * change.length)))
  const [x, y, z] = size.map((n) => {
    const length = Math.min(n, edge)
    const from = Math.floor(random() * (n - length + 1))
    return { from, end: from + length }
  }) as [Run, Run, Run]
  for (let k = z.from; k < z.end; k++) {
    for (let j = y.from; j < y.end; j++) {
      const row = size[0] * (j + size[1] * k)
      change.fill(value, row + x.from, row + x.end)
    }
  }
}

interface Run {
  readonly from: number
  readonly end: number
}
