import { PipelineError } from '../core/errors.ts'
import type { AuditLine } from './case.ts'
import type { PersonKeys } from './person-keys.ts'
import type { CaseRow } from './records.ts'
import { activePeople } from './share.ts'
import { readSiteLog, siteLines } from './site.ts'
import type { OpenVault } from './vault-keys.ts'

const WEEK_MS = 7 * 86_400_000

/**
 * Erases a case: its envelopes are overwritten and dropped with all that is its, and the device log keeps a line with its id and no
 * more. Where there are two custodians, another one asked for it within the week before. Returns 'asked' when this was the first
 * of them. Throws 'vault/quota' when nothing was erased, 'vault/tampered' when something is left.
 */
export async function shred(vault: OpenVault, custodian: PersonKeys, row: CaseRow): Promise<'asked' | 'done'> {
  const now = vault.now()
  const custodians = activePeople(custodian, now).filter(({ roles }) => roles.includes('custodian'))
  const log = await readSiteLog(vault.records, custodian.site)
  const isAsked = log.some(
    ({ code, digests, by, at, outcome }) =>
      code === 'shred-asked' &&
      outcome === 'done' &&
      digests[0] === row.id &&
      by !== custodian.me.id &&
      custodians.some(({ id }) => id === by) &&
      now.getTime() - Date.parse(at) <= WEEK_MS,
  )
  const isDone = isAsked || custodians.length === 1
  const code = isDone ? 'shred' : 'shred-asked'
  const line: AuditLine = { at: now.toISOString(), code, outcome: 'done', digests: [row.id], ...vault.keys.who }
  const lines = await siteLines(vault.records, custodian.site, [line], [...custodian.people.values()])
  vault.assertOpen()
  await vault.records.apply({ ...lines, ...(isDone ? { erase: [row] } : {}) })
  if (!isDone) return 'asked'
  const left = await vault.records.case(row.id)
  if (left || (await vault.records.audit(row.id)).length > 0)
    throw new PipelineError('vault/tampered', 'Something of this case is left. Shred it again.')
  return 'done'
}
