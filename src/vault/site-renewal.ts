import { resealLines } from './audit-lines.ts'
import { NOTE_PLACE } from './backup-note.ts'
import type { AuditLine } from './case.ts'
import { open, seal } from './chunked.ts'
import type { Person } from './person.ts'
import type { PersonKeys } from './person-keys.ts'
import type { PersonRow, SettingRow, SiteRow, SiteWrite, VaultRecords } from './records.ts'
import { resealSetting } from './settings.ts'
import { linesAfter, logOfSite, nextSiteShare, openSite, readEnd, type SiteKeys, sealSite, siteKeysOf } from './site.ts'
import { STATION_PLACE } from './station-key.ts'

/** The keys of the site as bytes, for who is in; the caller wipes them. Throws 'vault/tampered'. */
export async function siteShareOf(records: VaultRecords, { me, receive }: PersonKeys) {
  const row = (await records.people()).find(({ id }) => id === me.id)
  return openSite(receive, me.id, row?.site ?? new Uint8Array())
}

/**
 * Other keys of the site for everybody whose time was not ended, as a change: settings, what lies beside them, and log are sealed anew under them. Networks
 * stay under the key they have, which goes along: only what is added from then on is under the new one. `people` are all records as
 * they are to be; `lines` end the log. Throws 'vault/tampered'.
 */
export async function renewedSite(
  records: VaultRecords,
  custodian: PersonKeys,
  people: readonly Person[],
  lines: readonly AuditLine[],
): Promise<SiteWrite> {
  const old = await siteShareOf(records, custodian)
  const share = nextSiteShare(old)
  old.fill(0)
  const keys = await siteKeysOf(share)
  const given = await rowsGiven(await records.people(), people, share)
  share.fill(0)
  const relog = await resealLines(logOfSite(custodian.site), logOfSite(keys), await records.log())
  const settings = await settingsUnder(records, custodian.site, keys)
  const end = await readEnd(records, custodian.site)
  const beside = await besideUnder(records, custodian.site, keys)
  const { log, site } = await linesAfter(end, keys, lines, people)
  return { log, site: [...site, ...beside], relog, settings, people: given }
}

async function rowsGiven(rows: readonly PersonRow[], people: readonly Person[], share: Uint8Array) {
  const given: PersonRow[] = []
  for (const row of rows) {
    const person = people.find(({ id }) => id === row.id) ?? row.person
    const site = person.revokedAt === null ? await sealSite(person, share) : new Uint8Array()
    given.push({ ...row, person, site })
  }
  return given
}

/** One that does not open stays as it is: nobody reads it either way. */
async function settingsUnder(records: VaultRecords, from: SiteKeys, to: SiteKeys): Promise<SettingRow[]> {
  const settings: SettingRow[] = []
  for (const row of await records.settings())
    settings.push(await resealSetting(from.settings, to.settings, row).catch(() => row))
  return settings
}

/** The note of the last backup and the key of the print station. */
async function besideUnder(records: VaultRecords, from: SiteKeys, to: SiteKeys): Promise<SiteRow[]> {
  const rows: SiteRow[] = []
  for (const [name, place] of [
    ['backup', NOTE_PLACE],
    ['station', STATION_PLACE],
  ] as const) {
    const row = await records.site(name)
    const plain = row && (await open(from.settings, place, row.sealed).catch(() => undefined))
    if (row && plain) rows.push({ ...row, sealed: await seal(to.settings, place, plain) })
  }
  return rows
}
