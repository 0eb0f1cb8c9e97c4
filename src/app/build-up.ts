import type { Vec3 } from '../core/types.ts'
import { partEditOf } from './part-edits.ts'
import { type EditMade, type EditOrder, editsOf, type PartHistory } from './part-history.ts'

/** How a part was chosen to stand at Print: what points up, and the moves of the part before. */
export interface OnPlate {
  readonly upLps: Vec3
  readonly moves: readonly EditMade[]
}

interface Lies {
  readonly part: PartHistory
  readonly onPlate: OnPlate | null
}

/** Where an order's upward direction comes from. */
export const UP_FROM = ['print', 'scan'] as const

const movesOf = ({ part }: Pick<Lies, 'part'>) =>
  editsOf(part).filter(({ stage }) => partEditOf(stage).moves !== undefined)

/** Remembers what was chosen at Print for the part as it lies now. */
export const onPlateNow = (data: Pick<Lies, 'part'>, upLps: Vec3): OnPlate => ({ upLps, moves: movesOf(data) })

/**
 * What points up on the printer: as chosen at Print, through every edit that leaves the part where it lies. Without a choice, and
 * after the part was moved, z of the part.
 */
export function buildUp(data: Lies): {
  readonly upLps: Vec3
  readonly from: (typeof UP_FROM)[number]
} {
  const { onPlate } = data
  const moves = movesOf(data)
  const isStill = onPlate?.moves.length === moves.length && moves.every((move, n) => move === onPlate.moves[n])
  return onPlate && isStill ? { upLps: onPlate.upLps, from: 'print' } : { upLps: [0, 0, 1], from: 'scan' }
}

/** An order for drain holes with the direction in which they are lowest. */
export function drainOrder(data: Lies, order: EditOrder): EditOrder {
  const { upLps, from } = buildUp(data)
  return { ...order, params: { ...order.params, buildDirectionLps: upLps, upFrom: from } }
}
