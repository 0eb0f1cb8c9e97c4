import type { Attack } from './attack.ts'
import { spsa } from './attacks/spsa.ts'
import { square } from './attacks/square.ts'

export type AttackId = 'spsa' | 'square'

/** The searches for a small change that misleads a network; their ids are those of the red-team register. */
export const ATTACKS: readonly { readonly id: AttackId; readonly run: Attack }[] = [
  { id: 'spsa', run: spsa },
  { id: 'square', run: square },
]
