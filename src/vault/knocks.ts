import { fromHex, utf8 } from '../core/bytes.ts'
import { isSignedBy } from '../core/ed25519.ts'
import { toHex } from '../core/hash.ts'
import { parsedJson } from '../core/json.ts'
import { type Guarded, hasFields, isListOf, isText } from '../core/shape.ts'
import type { AuditLine } from './case.ts'
import type { Giver } from './envelope.ts'
import type { PersonKeys } from './person-keys.ts'
import type { SiteRow, VaultRecords } from './records.ts'
import { siteLines } from './site.ts'
import type { OpenVault } from './vault-keys.ts'

/*
 * Who was revoked has no key to the device log any more, so what they were refused lies beside it, signed by them, until the next
 * person who comes in writes it down. It says who and when, which the list of people shows as well.
 */
const MOST_KNOCKS = 100

const isKnock = hasFields({ at: isText, code: isText, by: isText, signature: isText })
const isKnocks = isListOf(isKnock)
type Knock = Guarded<typeof isKnock>

/** As in 'open/revoked'. */
const isRefusal = (code: string) => /^[A-Za-z]+\/revoked$/.test(code)

const bytesToSign = ({ at, code, by }: Omit<Knock, 'signature'>) =>
  utf8(JSON.stringify(['proofprint/knock/1', at, code, by]))

/** What waits; nothing where it cannot be read. */
export const readKnocks = (bytes: Uint8Array): readonly Knock[] => {
  const knocks = parsedJson(bytes)
  return isKnocks(knocks) ? knocks.slice(0, MOST_KNOCKS) : []
}

const rowOf = (knocks: readonly Knock[]): SiteRow => ({ name: 'knocks', sealed: utf8(JSON.stringify(knocks)) })

async function waiting(records: Pick<VaultRecords, 'site'>): Promise<readonly Knock[]> {
  const row = await records.site('knocks')
  return row ? readKnocks(row.sealed) : []
}

/** A refusal of someone who was revoked, beside the log. Beyond a hundred of them none is added. */
export async function knocked(
  records: Pick<VaultRecords, 'site'>,
  { id, key }: Giver,
  { at, code }: Pick<AuditLine, 'at' | 'code'>,
): Promise<{ readonly site: readonly SiteRow[] }> {
  const before = await waiting(records)
  if (before.length >= MOST_KNOCKS) return { site: [] }
  const said = { at, code, by: id }
  const signature = toHex(new Uint8Array(await crypto.subtle.sign('Ed25519', key, bytesToSign(said))))
  return { site: [rowOf([...before, { ...said, signature }])] }
}

/** Writes what waits into the device log, and nothing where nobody knocked. A line that its person did not sign is dropped. */
export async function takeKnocks({ records, now, assertOpen }: OpenVault, person: PersonKeys): Promise<void> {
  const knocks = await waiting(records)
  if (knocks.length === 0) return
  const latest = now().toISOString()
  const lines: AuditLine[] = []
  for (const { signature, ...said } of knocks) {
    const by = person.people.get(said.by)
    if (!by?.revokedAt || !isRefusal(said.code) || !(await isSignedBy(by.sign, bytesToSign(said), fromHex(signature))))
      continue
    // A clock that ran ahead must not lock out everybody after it.
    const at = said.at < latest ? said.at : latest
    lines.push({ at, code: said.code, outcome: 'denied', digests: [], by: said.by })
  }
  const { log, site } = await siteLines(records, person.site, lines, [...person.people.values()])
  assertOpen()
  await records.apply({ log, site: [...site, rowOf([])] })
}
