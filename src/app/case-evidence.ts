import type { CheckId } from '../core/finding.ts'
import type { Subject } from '../trace/statement.ts'
import type { OwnRelease } from '../vault/release-files.ts'
import { isDenied } from '../vault/roles.ts'
import type { CaseStore } from './case-store.svelte.ts'
import { type Checked, checkDigest } from './check-codec.ts'
import type { Desk } from './desk.svelte.ts'
import { download } from './download.io.ts'
import type { ExportRow } from './export-row.ts'
import type { Workers } from './workers.ts'

/** How a case stands, as the page knows it. */
interface CaseStands {
  readonly checks: readonly Checked[]
  readonly accepted: readonly CheckId[]
  readonly traceId: string | null
  readonly exports: readonly Subject[]
}

/** Files that left, with what they were written from; null when there is none. */
export async function leftOf({ checks, accepted, traceId, exports }: CaseStands): Promise<OwnRelease | null> {
  if (traceId === null || exports.length === 0) return null
  const checked = await Promise.all(checks.map(async (check) => [check.meshDigest, await checkDigest(check)]))
  const files = exports.map(({ name, digest }) => ({ name, digest }))
  return { files, checked: checked.flat(), accepted, traceId, station: null }
}

/** The evidence bundle of a case: what the vault kept of what its people signed. Throws as `evidence`. */
export async function caseEvidence(workers: Workers, store: CaseStore, stands: CaseStands): Promise<Blob> {
  await store.flush()
  const left = await leftOf(stands)
  return new Blob([await workers.vault.call((api) => api.evidence(store.id, left))])
}

/**
 * Under teaching and without people: that these files left is signed now. A part that was checked before checks were signed leaves unsigned, as
 * it did then.
 */
export async function signLeaving({ data, hasPeople, workers }: Desk, store: CaseStore, exports: readonly ExportRow[]) {
  const { checks, acknowledgements, traceId, policy } = data
  if (hasPeople || policy !== 'teaching') return
  const accepted = acknowledgements.map(({ check }) => check)
  const files = exports.map(({ fileName, digest }) => ({ name: fileName, digest }))
  const left = await leftOf({ checks, accepted, traceId, exports: files })
  if (!left) return
  await workers.vault
    .call((api) => api.releaseTo(store.id, left))
    .catch((error: unknown) => {
      if (!(isDenied(error) && error.detail.why === 'not-stated')) throw error
    })
}

/** Hands the evidence of the open case to the person as one file, which `scripts/verify` reads without this app. */
export async function saveEvidence(desk: Desk): Promise<void> {
  const { store, workers, data } = desk
  if (!store) return
  await desk.jobs.run('evidence', async () => {
    const { checks, acknowledgements, traceId } = data
    const exports = data.exports.map(({ fileName, digest }) => ({ name: fileName, digest }))
    const accepted = acknowledgements.map(({ check }) => check)
    const bundle = await caseEvidence(workers, store, { checks, accepted, traceId, exports })
    download(`${traceId ?? 'case'}.evidence.bundle`, bundle)
  })
}
