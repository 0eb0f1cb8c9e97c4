import type { EvidenceOrder } from '../../workers/vault.worker.ts'
import type { CheckId } from '../core/finding.ts'
import type { CaseStore } from './case-store.svelte.ts'
import { type Checked, checkDigest } from './check-codec.ts'
import type { Desk } from './desk.svelte.ts'
import { download } from './download.io.ts'
import { APP_VERSION } from './report.ts'
import type { Workers } from './workers.ts'

interface CaseStands extends Pick<EvidenceOrder, 'exports' | 'traceId'> {
  readonly checks: readonly Checked[]
  readonly accepted: readonly CheckId[]
}

/** The evidence bundle of a case as it stands, made and signed in the vault over the trace that it keeps. Throws as `evidence`. */
export async function caseEvidence(workers: Workers, store: CaseStore, stands: CaseStands): Promise<Blob> {
  await store.flush()
  const { checks, ...rest } = stands
  const checked = await Promise.all(
    checks.map(async (check) => ({
      digest: await checkDigest(check),
      meshDigest: check.meshDigest,
      findings: check.findings,
    })),
  )
  const text = await workers.vault.call((api) => api.evidence(store.id, { ...rest, checked, app: APP_VERSION }))
  return new Blob([text])
}

/** Hands the evidence of the open case to the person as one file, which `scripts/verify` reads without this app. */
export async function saveEvidence(desk: Desk): Promise<void> {
  const { store, workers, data } = desk
  if (!store) return
  await desk.jobs.run('evidence', async () => {
    const { checks, acknowledgements, traceId } = data
    const exports = data.exports.map(({ fileName, digest, bytes }) => ({ name: fileName, digest, bytes }))
    const accepted = acknowledgements.map(({ check }) => check)
    const bundle = await caseEvidence(workers, store, { checks, accepted, traceId, exports })
    download(`${traceId ?? 'case'}.evidence.bundle`, bundle)
  })
}
