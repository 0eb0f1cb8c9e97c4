import type { ErrorCode } from '../core/errors.ts'
import type { Approval, ApprovalState, ApprovalWords } from '../infer/approval.ts'
import type { ModelCard } from '../infer/card.ts'

/** A network that can be chosen, with what keeps it from being used. */
export interface ShelfModel {
  readonly card: ModelCard
  readonly source: 'shipped' | 'own'
  readonly approval: Approval | null
  /** Why it may not be used for anything; null when it is approved for at least one use. */
  readonly refusal: { readonly code: ErrorCode; readonly message: string } | null
  /** The .onnx file. Throws 'infer/changed-weights', 'infer/no-file', and the errors of the vault. */
  weights(): Promise<Uint8Array>
  /** What the known answer of the network is the answer to; null when it brought none. */
  selfTestInput(): Promise<Uint8Array | null>
}

/** A network that is there but cannot be read. */
export interface BrokenModel {
  /** Of an own one: to remove it by. */
  readonly id: string
  readonly name: string
  readonly source: ShelfModel['source']
  readonly problem: { readonly code: ErrorCode | 'app/bug'; readonly message: string }
}

/** The networks as the screen sees them. Verbs need an open vault or a teaching session. */
export interface ModelsView {
  readonly rows: readonly ShelfModel[]
  readonly broken: readonly BrokenModel[]
  /** For any use. */
  stateOf(row: ShelfModel): ApprovalState
  /** Keeps an own network; false when it was refused, and then `problem` says why. */
  add(card: unknown, weights: Uint8Array): Promise<boolean>
  remove(row: ShelfModel): Promise<void>
  removeBroken(id: string): Promise<void>
  /** False when it was refused. */
  approve(row: ShelfModel, words: ApprovalWords): Promise<boolean>
  revoke(row: ShelfModel, reason: string): Promise<boolean>
  /** Hands the card to the browser's download. */
  saveCard(row: ShelfModel): void
}
