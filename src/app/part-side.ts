import { type Laterality, shownSide } from '../core/anatomy.ts'
import { isMirrored } from './body-past.ts'
import type { CaseData } from './case-data.svelte.ts'
import type { Side } from './case-state.ts'
import { editsOf } from './part-history.ts'

const SIGNED: Readonly<Record<Side, Laterality>> = { left: 'left', right: 'right', 'not-applicable': 'none' }

/** The side that a body shows: the one a person signed against the pictures, or the other when it is mirrored; null unsigned. */
export function sideShown({ side, part }: Pick<CaseData, 'side' | 'part'>, body: number): Laterality | null {
  return side === null ? null : shownSide(SIGNED[side], isMirrored(editsOf(part), body))
}
