import { fromHex, utf8 } from '../core/bytes.ts'
import { isSignedBy } from '../core/ed25519.ts'
import { PipelineError } from '../core/errors.ts'
import { toHex } from '../core/hash.ts'
import { parsedJson } from '../core/json.ts'
import { hasFields, isText } from '../core/shape.ts'
import { type EpochSeals, nextSeals } from './case-seals.ts'
import { openEnvelope, RECOVERY, type Receiver, sealEnvelope } from './envelope.ts'
import { importPair, newRawPair } from './key-set.ts'
import type { Person } from './person.ts'
import type { PersonKeys } from './person-keys.ts'
import type { CaseRow, SiteRow, VaultRecords } from './records.ts'
import { denied } from './roles.ts'

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

/** What is known of the key that is in the safe. */
export interface SafeKeyFacts {
  /** SHA-256 of its public half, hex. */
  readonly fingerprint: string
  /** ISO instant; null where no line of the log says it. */
  readonly madeAt: string | null
}

const BASE_POINT = Uint8Array.from({ length: 32 }, (_, n) => (n === 0 ? 9 : 0))

/** The raw public half (RFC 7748: the private one times the base point). Bytes are not changed. Throws 'vault/bad-key'. */
export async function publicHalf(privateKey: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  try {
    const pair = await importPair('X25519', { publicKey: BASE_POINT, privateKey })
    const way = { name: 'X25519', public: pair.publicKey }
    return new Uint8Array(await crypto.subtle.deriveBits(way, pair.privateKey, 256))
  } catch (cause) {
    throw new PipelineError('vault/bad-key', 'That is no recovery key. Nothing was opened.', {}, { cause })
  }
}

function designerOf(custodian: PersonKeys, row: CaseRow, to: string): Person {
  const person = custodian.people.get(to)
  if (!person?.roles.includes('designer') || person.revokedAt !== null)
    throw new PipelineError('app/bad-parameter', 'That person is no designer here any more. Nothing was opened.')
  const held = row.seals?.epochs.flatMap(({ envelopes }) => envelopes).find((one) => one.person === to)
  if (held && held.role !== 'designer') throw denied('rotate', 'two-roles')
  return person
}

/** A case with a designer more. */
export interface Recovered {
  readonly row: CaseRow
  /** False when one of its keys is sealed to another key of the safe, or to none. */
  readonly whole: boolean
}

/**
 * A case given to one more designer with a key from the safe, of now or of before, in each epoch that was sealed to it. `privateKey` is
 * wiped. Throws 'vault/bad-key'; 'vault/other-key' when the case is sealed to another one, 'vault/not-in-safe' when to none;
 * 'app/bad-parameter' when the person is no designer; 'vault/denied' ('two-roles'); 'vault/tampered' where the key of now was put there
 * by no custodian.
 */
export async function recovered(
  records: VaultRecords,
  custodian: PersonKeys,
  row: CaseRow,
  privateKey: Uint8Array<ArrayBuffer>,
  to: string,
): Promise<Recovered> {
  try {
    await recoveryKey(records, custodian)
    const designer = designerOf(custodian, row, to)
    const pair = await importPair('X25519', { publicKey: await publicHalf(privateKey), privateKey })
    return await givenTo(custodian, row, pair, designer)
  } finally {
    privateKey.fill(0)
  }
}

async function givenTo(custodian: PersonKeys, row: CaseRow, pair: CryptoKeyPair, to: Person): Promise<Recovered> {
  const { seals } = row
  const inSafe = ({ envelopes }: EpochSeals) => envelopes.find(({ person }) => person === RECOVERY)
  if (!seals?.epochs.some(inSafe))
    throw new PipelineError('vault/not-in-safe', 'This case is sealed to no key in the safe. It cannot be recovered.')
  let opened = 0
  const given = async (epoch: EpochSeals): Promise<EpochSeals> => {
    const place = { case: row.id, epoch: epoch.epoch }
    const kept = inSafe(epoch)
    const raw = kept && (await openEnvelope(place, kept, pair, custodian.people).catch(notThisOne))
    if (!raw) return epoch
    opened++
    const envelope = await sealEnvelope(place, to, 'designer', raw, custodian.giver)
    raw.fill(0)
    return { ...epoch, envelopes: [...epoch.envelopes.filter(({ person }) => person !== to.id), envelope] }
  }
  const [first, ...waiting] = seals.epochs
  const epochs: [EpochSeals, ...EpochSeals[]] = [await given(first)]
  for (const epoch of waiting) epochs.push(await given(epoch))
  if (opened === 0)
    throw new PipelineError('vault/other-key', 'This case is sealed to another recovery key. Nothing was opened.')
  const whole = epochs.every(({ envelopes }) => envelopes.some(({ person }) => person === to.id))
  return { row: { ...row, seals: nextSeals(seals, { epochs }) }, whole }
}

/** An envelope that does not open with this key belongs to another one. */
function notThisOne(error: unknown): null {
  if (error instanceof PipelineError && error.code === 'vault/tampered') return null
  throw error
}
