import { PipelineError } from '../core/errors.ts'
import type { Role } from '../core/role.ts'
import type { AuditRecord } from './case.ts'
import { makerOf } from './case-entries.ts'
import { appendLines, readCaseLog } from './case-log.ts'
import { type EpochSeals, type Recipient, shareFor } from './case-seals.ts'
import { type Envelope, RECOVERY, sealEnvelope } from './envelope.ts'
import { type Person, standing } from './person.ts'
import type { PersonKeys } from './person-keys.ts'
import type { CaseExtent, CaseRow, VaultRecords } from './records.ts'
import { denied } from './roles.ts'
import type { OpenVault } from './vault-keys.ts'

/** Everybody who may work now. */
export const activePeople = (person: PersonKeys, now: Date): Person[] =>
  [...person.people.values()].filter((one) => standing(one, 'edit', now, null) === null)

/** Whom Intake gives a new case to: themself nothing, all designers the case, all auditors its log; one role each. */
export function firstGiven(person: PersonKeys, now: Date): Recipient[] {
  const others = activePeople(person, now).filter(({ id }) => id !== person.me.id)
  const given = others.flatMap((one): Recipient[] => {
    const role = (['designer', 'auditor'] as const).find((r) => one.roles.includes(r))
    return role ? [{ person: one, role }] : []
  })
  return [{ person: person.me, role: 'intake' }, ...given]
}

/** Whether the log says that this person was anything but `role` on the case. */
export const wasOther = (log: readonly AuditRecord[], id: string, role: Role) =>
  log.some(
    ({ code, digests, by, role: acted, outcome }) =>
      (code.startsWith('share/') && digests[0] === id && code !== `share/${role}`) ||
      (by === id && acted !== role && outcome === 'done'),
  )

/**
 * Gives a person of this device a role on a case: an envelope in each epoch that the giver has. One strict transaction. Throws
 * 'vault/denied' when they had another role on it or do not hold this one, 'vault/missing'.
 */
export async function share(vault: OpenVault, giver: PersonKeys, row: CaseRow, id: string, role: Role): Promise<void> {
  const person = giver.people.get(id)
  if (!person || !row.seals) throw new PipelineError('vault/missing', 'That person is not on this device.')
  if (!person.roles.includes(role) || role === 'custodian' || role === 'intake') throw denied('edit', 'role')
  const ended = standing(person, 'open', vault.now(), null)
  if (ended) throw new PipelineError('app/bad-parameter', 'The time of that person on this device has ended.')
  const held = row.seals.epochs.flatMap(({ envelopes }) => envelopes).find((one) => one.person === id)
  const log = await readCaseLog(vault.records, giver, row)
  if (wasOther(log, id, role) || (held && held.role !== role)) throw denied('edit', 'two-roles')
  const [first, ...waiting] = row.seals.epochs
  const given = [await withEnvelope(giver, row, first, person, role)] as [EpochSeals, ...EpochSeals[]]
  for (const epoch of waiting) given.push(await withEnvelope(giver, row, epoch, person, role))
  const at = vault.now().toISOString()
  const line = { at, code: `share/${role}`, outcome: 'done' as const, digests: [id], ...vault.keys.who }
  const change = await appendLines(giver, row, [line], await makerOf(vault), { epochs: given })
  vault.assertOpen()
  if (change) await vault.records.apply(change)
}

async function withEnvelope(giver: PersonKeys, row: CaseRow, epoch: EpochSeals, person: Person, role: Role) {
  const { role: own, share: raw } = await giver.share(row, epoch)
  if (own !== 'designer') throw denied('edit', 'role')
  const place = { case: row.id, epoch: epoch.epoch }
  const envelope: Envelope = await sealEnvelope(place, person, role, await shareFor(role, raw), giver.giver)
  raw.fill(0)
  return { ...epoch, envelopes: [...epoch.envelopes.filter((one) => one.person !== person.id), envelope] }
}

/** Who is on which case, for those who look after keys: ids and roles, nothing of what is in it. */
export interface CasePeople {
  readonly id: string
  readonly epoch: number
  /** Whether a rotated key waits for its designer. */
  readonly rotating: boolean
  /** Scans that Intake stored and nobody took in. */
  readonly waiting: number
  /** How large it is, without opening it. */
  readonly extent: CaseExtent
  readonly people: readonly { readonly person: string; readonly role: Role }[]
}

export async function peopleOfCases(records: VaultRecords): Promise<CasePeople[]> {
  const known: CasePeople[] = []
  for (const { id, seals } of await records.cases()) {
    if (!seals) continue
    const { epoch, envelopes } = seals.epochs[0]
    const people = envelopes.flatMap(({ person, role }) => (person === RECOVERY ? [] : [{ person, role }]))
    const rotating = seals.epochs.length > 1
    known.push({ id, epoch, rotating, waiting: seals.inbox.length, extent: await records.extent(id), people })
  }
  return known
}
