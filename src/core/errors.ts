import type { ThreeMfFault } from './threemf-fault.ts'

/** Stable, documented identifiers. Messages are for people and may change; codes may not. */
export type ErrorCode =
  | 'import/empty'
  | 'import/unsupported'
  | 'import/truncated'
  | 'import/corrupt'
  | 'import/bad-header'
  | 'import/too-large'
  | 'import/zip-bomb'
  | 'import/nothing-readable'
  | 'import/inconsistent-series'
  | 'import/too-few-slices'
  | 'import/duplicate-slices'
  | 'import/missing-slices'
  | 'import/uneven-slices'
  | 'import/tilted'
  | 'import/not-a-volume'
  | 'import/choose-series'
  | 'import/wrong-modality'
  | 'import/not-labels'
  | 'import/labels-elsewhere'
  | 'volume/non-orthogonal'
  | 'volume/too-large'
  | 'infer/too-large'
  | 'infer/wrong-interface'
  | 'infer/unsupported-operator'
  | 'infer/broken-output'
  | 'infer/self-test'
  | 'segment/empty'
  | 'segment/bad-seed'
  | 'segment/grid-mismatch'
  | 'segment/no-gap'
  | 'segment/no-label'
  | 'segment/locked'
  | 'segment/too-many-labels'
  | 'infer/bad-card'
  | 'infer/not-onnx'
  | 'infer/not-approved'
  | 'infer/approval-expired'
  | 'infer/revoked'
  | 'infer/changed-weights'
  | 'infer/changed-card'
  | 'infer/no-file'
  | 'infer/no-network'
  | 'infer/out-of-scope'
  | 'infer/red'
  | 'infer/review'
  | 'surface/empty'
  | 'surface/too-large'
  | 'prepare/failed'
  | 'prepare/no-room'
  | 'prepare/loose-mark'
  | 'prepare/no-glyph'
  | 'prepare/no-sturdy-place'
  | 'qa/refused'
  | 'qa/stale'
  | 'qa/other-policy'
  | 'export/mismatch'
  | 'mesh/unsupported'
  | 'mesh/corrupt'
  | 'mesh/truncated'
  | 'mesh/too-large'
  | 'mesh/empty'
  | `threemf/${ThreeMfFault}`
  | 'evidence/bad-table'
  | 'evidence/too-few'
  | 'gpu/unavailable'
  | 'gpu/device-lost'
  | 'gpu/out-of-memory'
  | 'vault/none'
  | 'vault/locked'
  | 'vault/wrong-passphrase'
  | 'vault/weak-passphrase'
  | 'vault/tampered'
  | 'vault/quota'
  | 'vault/busy'
  | 'vault/missing'
  | 'vault/newer'
  | 'vault/denied'
  | 'vault/no-passkey'
  | 'vault/bad-backup'
  | 'vault/unsupported'
  | 'app/bad-parameter'
  | 'app/worker-lost'

export type ErrorDetail = Readonly<Record<string, string | number>>

/** The only error that may leave a layer. `detail` is cloneable and never holds patient data. */
export class PipelineError extends Error {
  override readonly name = 'PipelineError'
  readonly code: ErrorCode
  readonly detail: ErrorDetail
  constructor(code: ErrorCode, message: string, detail: ErrorDetail = {}, options?: ErrorOptions) {
    super(message, options)
    this.code = code
    this.detail = detail
  }
}

/** True when a step was cancelled by the user: not an error in the interface or the audit. */
export function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError'
}
