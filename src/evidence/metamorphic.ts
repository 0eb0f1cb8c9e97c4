import type { Context } from '../core/stage.ts'
import type { Grid, LabelMap, Vec3, Volume } from '../core/types.ts'
import { perAxis } from '../volume/target-grid.ts'
import type { Axis } from './axis-filter.ts'
import { backTo, flippedAlong, gridOn, type Lattice, latticeOf, nearestAxis, reorder, reordered } from './lattice.ts'
import { METAMORPHIC } from './limits.ts'
import { diceByLabel } from './overlap.ts'
import { meanOf } from './statistics.ts'

export type RelationId =
  | 'flip-x'
  | 'flip-y'
  | 'flip-z'
  | 'axes-yzx'
  | 'axes-zyx'
  | 'mirror'
  | 'shift'
  | 'intensity'
  | 'cut-margin'

/** A scan told another way, and how to compare what comes out of it. */
interface Relation {
  readonly id: RelationId
  readonly scan: (volume: Volume) => Volume
  readonly lattice: (grid: Grid) => Lattice
  readonly leastDice: (volume: Volume) => number
}

/** What a network makes of a scan; `wasRun` is false for one that its scope guard sent back, and the labels are empty then. */
export interface RelationAnswer {
  readonly labels: LabelMap
  readonly wasRun: boolean
}

export interface RelationResult {
  readonly id: RelationId
  /**
   * The least Dice of all labels, between the labels of the scan and those of the changed scan, brought back; null when the scope
   * guard sent one of the two back, so that there is nothing to compare: safe, and neither held nor broken.
   */
  readonly worstDice: number | null
  readonly meanDice: number | null
  readonly leastDice: number
  readonly held: boolean
}

const MOVE_VOXELS: Vec3 = [3, -2, 2]
/** Of each axis, on both sides. */
const MARGIN_SHARE = 0.05
const MR_AFFINE = { scale: 1.5, shift: 20 }
const CT_SHIFT_HU = 5

const usual = () => METAMORPHIC.dice

/** Stored another way, lying where it was. */
const restored = (id: RelationId, lattice: Relation['lattice']): Relation => ({
  id,
  lattice,
  scan: (volume) => reordered(volume, lattice(volume.grid), gridOn(volume.grid, lattice(volume.grid))),
  leastDice: usual,
})

/** Changed in what it shows, on the grid it had. */
const moved = (id: RelationId, lattice: Relation['lattice']): Relation => ({
  id,
  lattice,
  scan: (volume) => reordered(volume, lattice(volume.grid), volume.grid),
  leastDice: usual,
})

const margin = (n: number) => Math.round(MARGIN_SHARE * n)
const flipped = (axis: Axis) => (grid: Grid) => flippedAlong(grid, axis)

/**
 * What must not change the labels: the order in which voxels are stored, the mirror image (for structures without a side), a
 * small shift, the scale of MR values, 5 HU in CT, and a narrow margin that is cut off (metamorphic testing, Chen et al. 1998).
 */
const RELATIONS: readonly Relation[] = [
  restored('flip-x', flipped(0)),
  restored('flip-y', flipped(1)),
  restored('flip-z', flipped(2)),
  restored('axes-yzx', (grid) => latticeOf(grid, { order: [1, 2, 0] })),
  restored('axes-zyx', (grid) => latticeOf(grid, { order: [2, 1, 0] })),
  moved('mirror', (grid) => flippedAlong(grid, nearestAxis(grid, 0))),
  moved('shift', (grid) => latticeOf(grid, { offset: MOVE_VOXELS })),
  {
    id: 'intensity',
    lattice: (grid) => latticeOf(grid),
    scan: (volume) =>
      volume.modality === 'CT'
        ? { ...volume, intercept: volume.intercept + CT_SHIFT_HU }
        : {
            ...volume,
            slope: volume.slope * MR_AFFINE.scale,
            intercept: volume.intercept * MR_AFFINE.scale + MR_AFFINE.shift,
          },
    leastDice: (volume) => (volume.modality === 'CT' ? METAMORPHIC.diceAfterHu : METAMORPHIC.dice),
  },
  restored('cut-margin', (grid) =>
    latticeOf(grid, {
      offset: perAxis((a) => margin(grid.size[a])),
      size: perAxis((a) => grid.size[a] - 2 * margin(grid.size[a])),
    }),
  ),
]

export const RELATION_IDS: readonly RelationId[] = RELATIONS.map((r) => r.id)

/**
 * Runs a network on a scan and on the scan told in other ways, one run more than there are relations, and compares over the
 * voxels that both have. Labels must not name sides ('mirror'). Cancelled between runs.
 */
export async function checkRelations(
  volume: Volume,
  run: (volume: Volume) => Promise<RelationAnswer>,
  ctx: Context,
): Promise<RelationResult[]> {
  const plain = await run(volume)
  const results: RelationResult[] = []
  for (const [n, relation] of RELATIONS.entries()) {
    ctx.signal.throwIfAborted()
    ctx.progress((n + 1) / (RELATIONS.length + 1), relation.id)
    const changed = await run(relation.scan(volume))
    results.push(
      plain.wasRun && changed.wasRun
        ? compare(relation, volume, plain.labels.labels, changed.labels.labels)
        : {
            id: relation.id,
            worstDice: null,
            meanDice: null,
            leastDice: relation.leastDice(volume),
            held: false,
          },
    )
  }
  ctx.progress(1)
  return results
}

/** Stands for a voxel that the changed scan does not have. */
const ABSENT = 1

function compare(relation: Relation, volume: Volume, plain: Uint8Array, labels: Uint8Array): RelationResult {
  const { size } = volume.grid
  const lattice = relation.lattice(volume.grid)
  const back = backTo(lattice, size)
  const undone = reorder(labels, lattice.size, back, new Uint8Array(plain.length))
  const absent = reorder(new Uint8Array(labels.length), lattice.size, back, new Uint8Array(plain.length).fill(ABSENT))
  const dice = [...diceByLabel(plain, undone, (n) => absent[n] !== ABSENT).values()]
  const leastDice = relation.leastDice(volume)
  // A network that finds nothing either time has not shown that it holds.
  const worstDice = dice.length === 0 ? 0 : Math.min(...dice)
  const meanDice = dice.length === 0 ? 0 : meanOf(dice)
  return { id: relation.id, worstDice, meanDice, leastDice, held: worstDice >= leastDice }
}
