import type { Approval } from '../infer/approval.ts'
import type { ModelCard } from '../infer/card.ts'

/** What a card is known by. */
export type CardName = Pick<ModelCard, 'id' | 'version'>

/** What the vault keeps. Approvals outlive the network they are of: one that was revoked stays so when it comes back. */
export type Approvals = {
  readonly format: 'proofprint-approvals/1'
  readonly approvals: readonly { readonly id: string; readonly version: string; readonly approval: Approval }[]
}

export const NO_APPROVALS: Approvals = { format: 'proofprint-approvals/1', approvals: [] }

const isOf =
  ({ id, version }: CardName) =>
  (one: CardName) =>
    one.id === id && one.version === version

/** What was said of this network; null when nothing was. */
export const approvalOf = ({ approvals }: Approvals, card: CardName): Approval | null =>
  approvals.find(isOf(card))?.approval ?? null

/** With this approval in place of the one before. */
export function withApproval(kept: Approvals, { id, version }: CardName, approval: Approval): Approvals {
  const others = kept.approvals.filter((one) => !isOf({ id, version })(one))
  return { ...kept, approvals: [...others, { id, version, approval }] }
}
