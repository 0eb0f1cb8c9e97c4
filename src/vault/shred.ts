import { PipelineError } from '../core/errors.ts'
import type { AuditLine, AuditRecord } from './case.ts'
import { rowOf } from './cases.ts'
import type { PersonKeys } from './person-keys.ts'
import type { CaseRow, SiteWrite } from './records.ts'
import { activePeople } from './share.ts'
import { readSiteLog, siteLines } from './site.ts'
import type { OpenVault } from './vault-keys.ts'

const WEEK_MS = 7 * 86_400_000

/** A case that one custodian asked to shred. */
export interface ShredRequest {
  readonly id: string
  /** Id of the custodian. */
  readonly by: string
  readonly at: string
  /** After this it has to be asked for anew. ISO instant. */
  readonly until: string
}

/** What was asked within the week by custodians who still are, and not taken back. A later request of the same person takes its place. */
function openRequests(log: readonly AuditRecord[], custodian: PersonKeys, now: Date): ShredRequest[] {
  const may = new Set(custodians(custodian, now).map(({ id }) => id))
  const open = new Map<string, ShredRequest>()
  for (const { code, digests, by = '', at, outcome } of log) {
    const [id = ''] = digests
    if (outcome !== 'done') continue
    if (code === 'shred-back') for (const [key, one] of open) if (one.id === id) open.delete(key)
    const until = new Date(Date.parse(at) + WEEK_MS)
    if (code === 'shred-asked' && may.has(by) && until >= now)
      open.set(`${id}/${by}`, { id, by, at, until: until.toISOString() })
  }
  return [...open.values()]
}

const custodians = (person: PersonKeys, now: Date) =>
  activePeople(person, now).filter(({ roles }) => roles.includes('custodian'))

/** What waits for a second custodian, of cases that are there. */
export async function shredRequests({ records, now }: OpenVault, custodian: PersonKeys): Promise<ShredRequest[]> {
  const there = new Set((await records.cases()).map(({ id }) => id))
  const log = await readSiteLog(records, custodian.site)
  return openRequests(log, custodian, now()).filter(({ id }) => there.has(id))
}

const lineOf = ({ now, keys }: OpenVault, code: string, id: string): AuditLine => ({
  at: now().toISOString(),
  code,
  outcome: 'done',
  digests: [id],
  ...keys.who,
})

/** The change after which nobody asked to shred this case. Throws 'vault/missing' when nobody did. */
export async function takenBack(vault: OpenVault, custodian: PersonKeys, id: string): Promise<SiteWrite> {
  if (!(await shredRequests(vault, custodian)).some((one) => one.id === id))
    throw new PipelineError('vault/missing', 'Nobody asks to shred this case any more.')
  return siteLines(vault.records, custodian.site, [lineOf(vault, 'shred-back', id)], [...custodian.people.values()])
}

/**
 * Erases a case: its envelopes are overwritten and dropped with all that is its, and the device log keeps a line with its id and no
 * more. Where there are two custodians, another one asked for it within the week before. Returns 'asked' when this was the first
 * of them. Afterwards the case is asked for, and what lies under its id is counted. Throws 'vault/quota' when nothing was erased,
 * 'vault/tampered' when something is left.
 */
export async function shred(vault: OpenVault, custodian: PersonKeys, row: CaseRow): Promise<'asked' | 'done'> {
  const { records } = vault
  const now = vault.now()
  const log = await readSiteLog(records, custodian.site)
  const isAsked = openRequests(log, custodian, now).some(({ id, by }) => id === row.id && by !== custodian.me.id)
  const isDone = isAsked || custodians(custodian, now).length === 1
  const line = lineOf(vault, isDone ? 'shred' : 'shred-asked', row.id)
  const lines = await siteLines(records, custodian.site, [line], [...custodian.people.values()])
  vault.assertOpen()
  await records.apply({ ...lines, ...(isDone ? { erase: [row] } : {}) })
  if (!isDone) return 'asked'
  await assertGone(vault, row.id)
  return 'done'
}

/** Tries to open a case that must not be there any more. Throws 'vault/tampered' when something of it is. */
async function assertGone({ records }: OpenVault, id: string): Promise<void> {
  const opened = await rowOf(records, id).then(
    () => true,
    () => false,
  )
  const { pieces, lines } = await records.extent(id)
  if (opened || pieces + lines > 0)
    throw new PipelineError('vault/tampered', 'Something of this case is left. Shred it again.')
}
