import fc from 'fast-check'
import { expect } from 'vitest'
import { toBase64 } from '../../../src/core/base64.ts'
import { utf8 } from '../../../src/core/bytes.ts'
import { sha256 } from '../../../src/core/hash.ts'
import { parsedJson } from '../../../src/core/json.ts'
import { ROLES } from '../../../src/core/role.ts'
import { readReleases } from '../../../src/vault/approval.ts'
import { approvedPart } from '../../../src/vault/approved-part.ts'
import { MAGIC, newBackupHead, packHead, packRecord, readHead, readRecord } from '../../../src/vault/backup-format.ts'
import { backupState } from '../../../src/vault/backup-note.ts'
import type { AuditRecord } from '../../../src/vault/case.ts'
import { newLayerKey, withLayer, withoutLayer } from '../../../src/vault/case-layer.ts'
import { keysOf, openEnd } from '../../../src/vault/case-seals.ts'
import { stepLines } from '../../../src/vault/case-statements.ts'
import { importSealKey, seal } from '../../../src/vault/chunked.ts'
import { newDeviceKey } from '../../../src/vault/device-key.ts'
import { readAbout } from '../../../src/vault/inbox.ts'
import { newRawKeySet, openKeySet } from '../../../src/vault/key-set.ts'
import { contextOf, deriveKey } from '../../../src/vault/keys.ts'
import { readKnocks } from '../../../src/vault/knocks.ts'
import type { Manifest } from '../../../src/vault/manifest.ts'
import type { VaultRecords } from '../../../src/vault/records.ts'
import { publicHalf, readPolicy } from '../../../src/vault/recovery.ts'
import { releasedPrints } from '../../../src/vault/released-prints.ts'
import { readSafeFile, writeSafeFile } from '../../../src/vault/safe-file.ts'
import { saidIn } from '../../../src/vault/said-lines.ts'
import { keptSignPair } from '../../../src/vault/session-signer.ts'
import { checkListed } from '../../../src/vault/site.ts'
import { BLOCK_BYTES, packHalf, readHalf } from '../../../src/vault/slot-file.ts'
import type { OpenVault } from '../../../src/vault/vault-keys.ts'
import { isProofDue, provedByOwner } from '../../../src/vault/weekly-proof.ts'
import { memorySigner } from '../../support/memory-signer.ts'
import { entry } from '../../support/vault.ts'
import { type Fuzzers, fuzzer, mutated, mutatedJson, raw } from './fuzzer.ts'

/*
 * What lies sealed in a vault of people: whoever reads it has opened it first, so each is tried with what only someone with the key
 * could have put there.
 */
const key = await importSealKey(new Uint8Array(32).fill(1))
const json = (value: unknown) => utf8(JSON.stringify(value))
const own = (bytes: Uint8Array) => new Uint8Array(bytes)
const placeOf = (type: string, asset = '', caseId = '') =>
  contextOf({ asset, case: caseId, epoch: 0, revision: 0, type })

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')
const raws = await newRawKeySet()
const pairText = ({ publicKey, privateKey }: (typeof raws)['sign']) => ({
  publicKey: hex(publicKey),
  privateKey: hex(privateKey),
})
const KEY_SET = {
  receive: pairText(raws.receive),
  sign: pairText(raws.sign),
  founder: { id: 'f', sign: hex(raws.sign.publicKey) },
}
const openedKeySet = async (plain: Uint8Array) =>
  openKeySet(key, 'p', await seal(await deriveKey(key, 'key-set'), placeOf('key-set', 'p'), plain))

const signPair = async (plain: Uint8Array) => {
  const sealed = await seal(await deriveKey(key, 'signer'), placeOf('signer'), plain)
  return keptSignPair({ site: async () => ({ name: 'signer', sealed }) } as unknown as VaultRecords, key)
}

const noted = async (plain: Uint8Array) => {
  const sealed = await seal(key, placeOf('backup-note'), plain)
  const records = {
    site: async () => ({ name: 'backup', sealed }),
    cases: async () => [{ id: 'c', revision: 1, envelope: new Uint8Array(), manifest: new Uint8Array() }],
  } as unknown as VaultRecords
  return backupState({ records, keys: { settings: async () => key } } as unknown as OpenVault)
}
const proved = async (plain: Uint8Array) => {
  const sealed = await seal(await deriveKey(key, 'proof'), placeOf('proof'), plain)
  return provedByOwner({ site: async () => ({ name: 'proof', sealed }) } as unknown as VaultRecords, key)
}

const END = { auditCount: 1, auditHead: 'ab' }
const log = { id: 'c', epoch: 0, key }
const openedEnd = async (plain: Uint8Array) => openEnd(log, await seal(key, placeOf('audit-end', '', 'c'), plain))
const listed = async (plain: Uint8Array) => {
  const sealed = await seal(key, placeOf('log-end', '', 'device'), plain)
  const records = { site: async () => ({ name: 'end', sealed }) } as unknown as VaultRecords
  return checkListed(records, { settings: key, models: [key], log: key }, [])
}

const INFO = {
  id: 'a',
  type: 'volume',
  digest: 'd',
  contentDigest: 'd',
  meta: null,
  bytes: 1,
  storedBytes: 2,
  stride: 2,
  taken: 'pieces',
  revision: 1,
}
const ABOUT = { key: 'ab'.repeat(32), info: INFO }
const RELEASE = { ...ABOUT, revision: 1, digest: 'd', token: 't', at: 'now', by: 'b', signature: 'cd' }

const PART = { policy: 'planning', traceId: 't', acknowledgements: [{ check: 'genus' }], bodies: [{ meshDigest: 'd' }] }

const { publicKey: safeHalf, privateKey: safeKey } = raws.receive
const SAFE_FILE = writeSafeFile({
  madeAt: '2026-05-01T08:00:00.000Z',
  fingerprint: await sha256(safeHalf),
  privateKey: safeKey,
})
const readSafeBytes = (bytes: Uint8Array) => readSafeFile(own(bytes))
const readSafe = (bytes: Uint8Array) => readPolicy(bytes, new Map())
const head = packHead(newBackupHead(1000))
const record = packRecord({ store: 'cases', key: 'a', value: { id: 'a', sealed: Uint8Array.of(1, 2, 3) } })
const readStart = (bytes: Uint8Array) => readHead(bytes, 1)

const AT = '2026-05-01T08:00:00.000Z'
const SAID = {
  subject: [{ name: 'findings', digest: { sha256: 'd' } }],
  predicate: {
    proofprint: { kind: 'findings', at: 'now', policy: null, materials: ['m'], policyId: 'planning', revision: 1 },
  },
}
const envelopeOf = (plain: Uint8Array) => ({ payloadType: 't', payload: toBase64(plain), signatures: [] })
const FACTS = { meshDigest: 'd', findings: [{ check: 'genus', level: 'fail', hard: true }], begins: true }
const maker = { signer: await memorySigner(), role: 'designer', at: AT, policy: null } as const
const CHECKED = { ...entry(0), stage: 'check', params: { policy: 'planning' } }
/** Findings of a check, as a page says them. */
const statedOf = (plain: Uint8Array) => {
  const meta = parsedJson(plain) ?? null
  const assets = [{ type: 'findings' as const, digest: CHECKED.outputDigest, meta, bytes: new Uint8Array() }]
  const manifest = { trace: [], assets: [], meta: { policy: 'teaching' } } as unknown as Manifest
  return stepLines(maker, manifest, { assets, trace: [CHECKED], audit: [] })
}
const device = await newDeviceKey()
const layerKey = await newLayerKey(device, 'c')
const NONE = new Uint8Array()
const LAYERED_ROW = { id: 'c', revision: 1, envelope: new Uint8Array(80), manifest: new Uint8Array(8) }
const layered = await withLayer(LAYERED_ROW, device, layerKey)
const layerLock = { name: 'AES-GCM', iv: layerKey.slice(0, 12), additionalData: utf8('device case c') }
const rawLayerKey = new Uint8Array(await crypto.subtle.decrypt(layerLock, device, layerKey.slice(12)))
/** As somebody seals it who has the key of the layer. */
async function asShares(inside: Uint8Array) {
  const layer = await seal(await importSealKey(rawLayerKey.slice()), placeOf('case-layer', '', 'c'), inside)
  const { envelope } = await withoutLayer({ ...layered, layer }, device, layerKey)
  expect(envelope.length).toBeLessThanOrEqual(inside.length)
}
const packedShare = own(new Uint8Array([80, 0, 0, 0, ...LAYERED_ROW.envelope]))
const SLOT = { id: 'a', version: 2, kind: 'passkey', iterations: 0, person: 'p', synced: true } as const
const keptSlot = { ...SLOT, salt: new Uint8Array(32), iv: new Uint8Array(12), wrapped: new Uint8Array(64) }
const { half: slotHalf } = await packHalf(1, {
  slots: [keptSlot, { ...keptSlot, credential: new Uint8Array(16) }],
  layers: new Map([['c', new Uint8Array(60)]]),
})
/** As somebody writes it who can put any digest, in the file and in the database. */
async function readForged(half: Uint8Array) {
  const bytes = new Uint8Array(half)
  bytes.fill(0, 40, 72)
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
  if (bytes.length >= BLOCK_BYTES) bytes.set(digest, 40)
  return readHalf(bytes, { generation: 1, digest: hex(digest) })
}
/** A slot whose text is this. */
function halfWith(text: Uint8Array) {
  const half = new Uint8Array(slotHalf)
  half.fill(0, BLOCK_BYTES, 2 * BLOCK_BYTES)
  new DataView(half.buffer).setUint32(BLOCK_BYTES, text.length, true)
  half.set(text.subarray(0, BLOCK_BYTES - 4), BLOCK_BYTES + 4)
  return half
}
const SAID_PRINT = {
  predicate: { proofprint: { kind: 'receipt', release: 'd', printer: 'P', material: 'PLA', at: AT, by: 'p' } },
}
/** A log with a release, and a print of it that says this. */
const printedOf = (bytes: Uint8Array) => {
  const entry = (digest: string) => ({ objects: [digest] })
  const proofprint = { kind: 'release', at: AT, policy: null, materials: [], traceId: 't' }
  const released = { subject: [{ name: 'a.3mf', digest: { sha256: 'e' } }], predicate: { proofprint } }
  const log = [
    { code: 'release-files', statement: envelopeOf(json(released)), entry: entry('d') },
    { code: 'print', statement: envelopeOf(bytes), entry: entry('f') },
  ]
  return releasedPrints('c', log as unknown as readonly AuditRecord[], AT)
}
const slotText = { ...SLOT, salt: '00', iv: '00', wrapped: '00', credential: '00', deviceIv: '00' }

export const PEOPLE_FUZZERS: Fuzzers = {
  'vault/said-lines.ts': [
    fuzzer(
      mutatedJson(SAID).map(json),
      (bytes) => saidIn(envelopeOf(bytes), 'd'),
      300,
      (line) => expect(line?.subjects.every(({ digest }) => typeof digest === 'string') ?? true).toBe(true),
    ),
  ],
  'vault/released-prints.ts': [
    fuzzer(mutatedJson(SAID_PRINT).map(json), printedOf, 300, ([one]) => {
      if (one?.print)
        expect([one.print.printer, one.print.material].every((text) => typeof text === 'string')).toBe(true)
    }),
    fuzzer(raw(), printedOf, 60),
  ],
  'vault/case-statements.ts': [
    fuzzer(mutatedJson(FACTS).map(json), statedOf, 100, ({ lines }) =>
      expect(['statement/stage', 'statement/findings']).toContain(`statement/${lines[0]?.said?.kind}`),
    ),
  ],
  'vault/approved-part.ts': [
    fuzzer(
      mutatedJson(PART).map(json),
      (bytes) => approvedPart(parsedJson(bytes)),
      300,
      (part) => expect(part?.bodies.every(({ meshDigest }) => typeof meshDigest === 'string') ?? true).toBe(true),
    ),
  ],
  'vault/key-set.ts': [
    fuzzer(mutatedJson(KEY_SET).map(json), openedKeySet, 150, ({ receive, sign }) =>
      expect([receive.privateKey.extractable, sign.privateKey.extractable]).toEqual([false, false]),
    ),
    fuzzer(raw(), openedKeySet, 60),
  ],
  'vault/session-signer.ts': [
    fuzzer(mutatedJson(pairText(raws.sign)).map(json), signPair, 100),
    fuzzer(raw(), signPair, 60),
  ],
  'vault/backup-note.ts': [
    fuzzer(mutatedJson({ at: '2026-05-01T10:00:00.000Z', cases: { c: '1.0' } }).map(json), noted, 100, ({ changed }) =>
      expect([0, 1]).toContain(changed),
    ),
    fuzzer(raw(), noted, 60),
  ],
  'vault/weekly-proof.ts': [
    fuzzer(mutatedJson({ at: '2026-05-01T10:00:00.000Z' }).map(json), proved, 100, (at) =>
      expect(isProofDue(at, new Date(Date.UTC(2020, 1, 1)))).toBe(true),
    ),
    fuzzer(raw(), proved, 60),
  ],
  'vault/case-seals.ts': [
    fuzzer(mutatedJson(END).map(json), openedEnd, 150, ({ auditCount }) =>
      expect(Number.isSafeInteger(auditCount)).toBe(true),
    ),
    fuzzer(raw(), openedEnd, 60),
    fuzzer(
      fc.tuple(fc.constantFrom(...ROLES), fc.uint8Array({ maxLength: 70 })),
      ([role, share]) => keysOf(role, own(share)),
      200,
      ({ whole, audit }) => expect(whole === null || audit !== null).toBe(true),
    ),
  ],
  'vault/site.ts': [fuzzer(mutatedJson({ ...END, people: 'x' }).map(json), listed, 150), fuzzer(raw(), listed, 60)],
  'vault/case-layer.ts': [
    fuzzer(mutated(own(layered.layer ?? NONE)), (layer) => withoutLayer({ ...layered, layer }, device, layerKey), 200),
    fuzzer(mutated(packedShare), asShares, 300),
    fuzzer(raw(packedShare), asShares, 60),
    fuzzer(mutated(own(layerKey)), (key) => withoutLayer(layered, device, key), 100),
  ],
  'vault/slot-file.ts': [
    fuzzer(mutated(own(slotHalf)), readForged, 300),
    fuzzer(mutatedJson(slotText).map(json), (text) => readForged(halfWith(text)), 300),
    fuzzer(raw(own(slotHalf.subarray(0, BLOCK_BYTES))), readForged, 60),
  ],
  'vault/inbox.ts': [
    fuzzer(mutatedJson(ABOUT).map(json), readAbout, 300, ({ key: bytes }) => expect(bytes).toHaveLength(32)),
    fuzzer(raw(), readAbout, 60),
  ],
  'vault/approval.ts': [
    fuzzer(mutatedJson([RELEASE]).map(json), readReleases, 300, (all) =>
      expect(all.every((one) => one.key.length === 64)).toBe(true),
    ),
    fuzzer(raw(), readReleases, 60),
  ],
  'vault/knocks.ts': [
    fuzzer(
      mutatedJson([{ at: 'now', code: 'unlock/revoked', by: 'c', signature: 'cd' }]).map(json),
      readKnocks,
      150,
      (all) => expect(all.every(({ by }) => typeof by === 'string')).toBe(true),
    ),
    fuzzer(raw(), readKnocks, 60),
  ],
  'vault/recovery.ts': [
    fuzzer(mutatedJson({ recovery: 'ab', by: 'c', signature: 'cd' }).map(json), readSafe, 150),
    fuzzer(raw(), readSafe, 60),
  ],
  'vault/safe-file.ts': [
    fuzzer(mutated(SAFE_FILE), readSafeBytes, 300, async ({ privateKey, fingerprint }) =>
      expect(await sha256(await publicHalf(privateKey))).toBe(fingerprint),
    ),
    fuzzer(raw(SAFE_FILE.slice(0, 60)), readSafeBytes, 100),
  ],
  'vault/backup-format.ts': [
    fuzzer(mutated(head), readStart, 400, ({ end }) => expect(end).toBeGreaterThan(MAGIC.length)),
    fuzzer(raw(head.slice(0, 24)), readStart, 200),
    fuzzer(mutated(record), readRecord, 400),
    fuzzer(raw(record.slice(0, 8)), readRecord, 200),
    fuzzer(
      mutatedJson({ store: 'cases', key: 'a', value: { $bytes: 'ab' } }),
      (value) => {
        const text = json(value)
        const length = new Uint8Array(new Uint32Array([text.length]).buffer)
        return readRecord(own(Buffer.concat([length, text])))
      },
      300,
    ),
  ],
}
