import { fromHex, utf8 } from '../core/bytes.ts'
import { isSignedBy } from '../core/ed25519.ts'
import { PipelineError } from '../core/errors.ts'
import { toHex } from '../core/hash.ts'
import { parsedJson } from '../core/json.ts'
import { hasFields, isText } from '../core/shape.ts'
import { type EpochSeals, nextSeals } from './case-seals.ts'
import { openEnvelope, RECOVERY, type Receiver, sealEnvelope } from './envelope.ts'
import { importPair, newRawPair } from './key-set.ts'
import type { PersonKeys } from './person-keys.ts'
import type { CaseRow, SiteRow, VaultRecords } from './records.ts'

/*
 * A key that lies outside, in a safe: every case key is sealed to it as well, from when it was made. Its private half is given out once
 * and never kept here.
 */
/** Its envelopes end with nothing but the case. */
const ALWAYS = {
  notBefore: '2000-01-01T00:00:00.000Z',
  originateUntil: '9999-12-31T00:00:00.000Z',
  consumeUntil: '9999-12-31T00:00:00.000Z',
}
const bytesToSign = (key: string, by: string) => utf8(JSON.stringify(['proofprint/recovery/1', key, by]))
const isPolicy = hasFields({ recovery: isText, by: isText, signature: isText })

/** The recovery key of this site; null when it has none. Throws 'vault/tampered' for one that no custodian signed. */
export async function recoveryKey(records: VaultRecords, { people }: PersonKeys): Promise<Receiver | null> {
  const row = await records.site('policy')
  if (!row) return null
  return readPolicy(row.sealed, people)
}

/** Throws 'vault/tampered'. */
export async function readPolicy(bytes: Uint8Array, people: PersonKeys['people']): Promise<Receiver> {
  const policy = parsedJson(bytes)
  const said = isPolicy(policy) ? policy : null
  const by = people.get(said?.by ?? '')
  const isCustodian = by?.roles.includes('custodian') ?? false
  const signed = said ? bytesToSign(said.recovery, said.by) : new Uint8Array()
  if (said && by && isCustodian && (await isSignedBy(by.sign, signed, fromHex(said.signature))))
    return { id: RECOVERY, receive: fromHex(said.recovery), ...ALWAYS }
  throw new PipelineError('vault/tampered', 'The recovery key of this vault was put there by no custodian.')
}

/** The row of the recovery key that `signer` put there, signed by this custodian instead; nothing where it is not theirs. */
export async function resignedPolicy(records: VaultRecords, custodian: PersonKeys, signer: string): Promise<SiteRow[]> {
  const safe = await recoveryKey(records, custodian)
  const row = await records.site('policy')
  const said = row ? parsedJson(row.sealed) : null
  return safe && isPolicy(said) && said.by === signer ? [await policyRow(toHex(safe.receive), custodian)] : []
}

async function policyRow(recovery: string, custodian: PersonKeys): Promise<SiteRow> {
  const { id: by, key } = custodian.giver
  const signature = new Uint8Array(await crypto.subtle.sign('Ed25519', key, bytesToSign(recovery, by)))
  return { name: 'policy', sealed: utf8(JSON.stringify({ recovery, by, signature: toHex(signature) })) }
}

/** A new recovery key: the row that keeps its public half, and the private one (PKCS #8) for the safe. */
export async function newRecoveryKey(
  custodian: PersonKeys,
): Promise<{ row: SiteRow; privateKey: Uint8Array<ArrayBuffer> }> {
  const { publicKey, privateKey } = await newRawPair('X25519')
  return { row: await policyRow(toHex(publicKey), custodian), privateKey }
}

/**
 * A case given to one more designer with the key from the safe, in each epoch that was sealed to it. Throws 'vault/tampered' for
 * another key, 'vault/missing' when the case was never sealed to it or the person is no designer.
 */
export async function recovered(
  records: VaultRecords,
  custodian: PersonKeys,
  row: CaseRow,
  privateKey: Uint8Array<ArrayBuffer>,
  to: string,
): Promise<CaseRow> {
  const safe = await recoveryKey(records, custodian)
  const designer = custodian.people.get(to)
  if (!safe || !row.seals || !designer?.roles.includes('designer') || designer.revokedAt !== null)
    throw new PipelineError('vault/missing', 'There is no recovery key here, or that person is no designer.')
  const pair = await importPair('X25519', { publicKey: fromHex(toHex(safe.receive)), privateKey }).catch(() => {
    throw new PipelineError('vault/tampered', 'That is not the recovery key of this vault. Nothing was opened.')
  })
  privateKey.fill(0)
  const given = async (epoch: EpochSeals): Promise<EpochSeals> => {
    const place = { case: row.id, epoch: epoch.epoch }
    const kept = epoch.envelopes.find(({ person }) => person === RECOVERY)
    if (!kept) return epoch
    const raw = await openEnvelope(place, kept, pair, custodian.people)
    const envelope = await sealEnvelope(place, designer, 'designer', raw, custodian.giver)
    raw.fill(0)
    return { ...epoch, envelopes: [...epoch.envelopes.filter(({ person }) => person !== to), envelope] }
  }
  const [first, ...waiting] = row.seals.epochs
  const epochs: [EpochSeals, ...EpochSeals[]] = [await given(first)]
  for (const epoch of waiting) epochs.push(await given(epoch))
  if (epochs.every((epoch, n) => epoch === row.seals?.epochs[n]))
    throw new PipelineError('vault/missing', 'This case is older than the recovery key. It cannot be recovered.')
  return { ...row, seals: nextSeals(row.seals, { epochs }) }
}
