import type { Mesh, Vec3 } from '../core/types.ts'
import { norm, scaled, subtract } from '../import/affine-grid.ts'
import { type LayFlatParams, laidFlat } from '../prepare/lay-flat.ts'
import type { LandingBlock } from '../prepare/marks/ticket.ts'
import type { MirrorParams } from '../prepare/mirror.ts'
import type { ScaleParams } from '../prepare/scale.ts'
import type { AddedMark } from '../qa/added-marks.ts'

/** How an edit that leaves a part elsewhere takes what stands on it along. Its parameters are settled: null is nowhere in them. */
export interface Move {
  /** Where a point comes to lie, LPS mm. */
  readonly to: (at: Vec3) => Vec3
  /** How many times as large everything is. */
  readonly factor: number
}

export const layingFlat = (params: LayFlatParams): Move => ({ to: laidFlat(params), factor: 1 })

export const mirroring = ({ aboutXMm }: MirrorParams): Move => ({
  to: ([x, y, z]) => [2 * (aboutXMm ?? 0) - x, y, z],
  factor: 1,
})

export function scaling({ factor, aboutLps }: ScaleParams): Move {
  const about = aboutLps ?? [0, 0, 0]
  const along = (at: Vec3, k: 0 | 1 | 2) => about[k] + factor * (at[k] - about[k])
  return { to: (at) => [along(at, 0), along(at, 1), along(at, 2)], factor }
}

function movedMesh({ positions: p, indices }: Mesh, { to }: Move): Mesh {
  const positions = new Float32Array(p.length)
  for (let at = 0; at < p.length; at += 3) {
    positions.set(to([p[at] as number, p[at + 1] as number, p[at + 2] as number]), at)
  }
  return { positions, indices }
}

/** A direction of length 1 as it points afterwards. */
function turned(direction: Vec3, { to }: Move): Vec3 {
  const way = subtract(to(direction), to([0, 0, 0]))
  return scaled(way, 1 / norm(way))
}

/** Blocks are as they were designed, as large as the part now is, where they lie now. */
export const movedBlocks = (blocks: readonly LandingBlock[], move: Move): readonly LandingBlock[] =>
  blocks.map(({ id, atLps, axes: [x, y, z], sizeMm }) => ({
    id,
    atLps: move.to(atLps),
    axes: [turned(x, move), turned(y, move), turned(z, move)],
    sizeMm: scaled(sizeMm, move.factor),
  }))

export const movedAdded = (added: readonly AddedMark[], move: Move): readonly AddedMark[] =>
  added.map((mark) => ({ ...mark, faces: movedMesh(mark.faces, move), leastMm: mark.leastMm * move.factor }))
