import { describe, expect, test } from 'vitest'
import { fromBase64 } from '../../../src/core/base64.ts'
import { sha256 } from '../../../src/core/hash.ts'
import { inclusionProof, isIncluded, leafHash } from '../../../src/core/merkle.ts'
import {
  type AuditActor,
  type AuditEvent,
  type AuditLog,
  appended,
  CHECKPOINT_ENTRIES,
  emptyLog,
  isCheckpointDue,
  withCheckpoint,
} from '../../../src/trace/audit-log.ts'
import { canonicalJson } from '../../../src/trace/canonical.ts'
import { CHAIN_START } from '../../../src/trace/chain.ts'
import { parseCheckpoint } from '../../../src/trace/checkpoint.ts'
import { noteSigners, parseNote } from '../../../src/trace/note.ts'
import { noted } from '../../../src/trace/stated.ts'
import { memorySigner } from '../../support/memory-signer.ts'

const utf8 = (text: string) => new TextEncoder().encode(text)
const ORIGIN = 'proofprint/log/a'
const signer = await memorySigner()
const by: AuditActor = { keyId: signer.keyId, role: 'designer', strength: signer.strength }
const event = (code: string, outcome: AuditEvent['outcome'] = 'done'): AuditEvent => ({
  ...{ code, outcome, objects: [], policy: null, model: null },
})
const timeOf = (n: number) => new Date(Date.parse('2026-05-01T08:00:00.000Z') + n * 1000).toISOString()

async function logOf(codes: readonly string[]): Promise<AuditLog> {
  let log = emptyLog(ORIGIN, 'a'.repeat(64))
  for (const [n, code] of codes.entries()) log = await appended(log, event(code), by, { time: timeOf(n), count: n + 1 })
  return log
}
const steps = (count: number) => Array.from({ length: count }, (_, n) => `step-${n}`)

test('each entry says who, as what and with what key, and names the one before; a denied attempt is one too', async () => {
  const log = await appended(await logOf(['open']), event('approve', 'denied'), by, { time: timeOf(5), count: 9 })
  expect(log.entries[0]?.prev).toBe(CHAIN_START)
  expect(log.entries[1]).toEqual({
    ...{ seq: 1, prev: await sha256(utf8(canonicalJson(log.entries[0] ?? null))), time: timeOf(5), count: 9 },
    ...{ code: 'approve', outcome: 'denied', objects: [], policy: null, model: null },
    ...{ actorKeyId: signer.keyId, role: 'designer', keyStrength: 'memory', app: 'a'.repeat(64) },
  })
  expect(log.head).toBe(await sha256(utf8(canonicalJson(log.entries[1] ?? null))))
})

describe('the clock', () => {
  test.each([
    ['a time behind the last entry', { time: timeOf(1), count: 9 }],
    ['a count that stands still', { time: timeOf(9), count: 3 }],
    ['a count that goes back', { time: timeOf(9), count: 1 }],
  ])('%s is refused, and the last entry named', async (_, clock) => {
    const log = await logOf(steps(3))
    await expect(appended(log, event('approve'), by, clock)).rejects.toMatchObject({
      code: 'trace/clock-behind',
      detail: { entry: 2, last: timeOf(2), time: clock.time },
    })
  })
  test('the same millisecond is not behind', async () => {
    const log = await logOf(steps(3))
    expect((await appended(log, event('approve'), by, { time: timeOf(2), count: 4 })).entries).toHaveLength(4)
  })
})

describe('checkpoints', () => {
  test('are due at lock, release, with a bundle, and every 64 entries; not before', async () => {
    for (const code of ['lock', 'statement/release', 'bundle']) {
      expect(isCheckpointDue(await logOf(['open', code]))).toBe(true)
    }
    expect(isCheckpointDue(emptyLog(ORIGIN, ''))).toBe(false)
    expect(isCheckpointDue(await logOf(steps(CHECKPOINT_ENTRIES - 1)))).toBe(false)
    const full = await logOf(steps(CHECKPOINT_ENTRIES))
    expect(isCheckpointDue(full)).toBe(true)
    const signed = await withCheckpoint(await logOf(['open', 'lock']), signer)
    expect(isCheckpointDue(signed)).toBe(false)
    expect(isCheckpointDue({ ...full, signed: { size: 1, root: new Uint8Array(32) } })).toBe(false)
  })
  test('are signed by the way when they are due', async () => {
    let log = emptyLog(ORIGIN, 'a'.repeat(64))
    const maker = (n: number) => ({ signer, role: 'designer', at: timeOf(n), policy: null }) as const
    for (let n = 0; n < 2 * CHECKPOINT_ENTRIES + 3; n++) log = await noted(log, event('look'), maker(n), n + 1)
    log = await noted(log, event('lock'), maker(500), 500)
    expect(log.checkpoints.map((note) => parseCheckpoint(parseNote(note).text).size)).toEqual([64, 128, 132])
  })
  test('say how long the log is and under which root each entry lies', async () => {
    const log = await withCheckpoint(await logOf(steps(5)), signer)
    const note = parseNote(log.checkpoints[0] ?? '')
    expect(await noteSigners(note, [{ name: ORIGIN, type: 'ed25519', publicKey: signer.publicKey }])).toHaveLength(1)
    const { origin, size, root } = parseCheckpoint(note.text)
    expect([origin, size]).toEqual([ORIGIN, 5])
    const leaf = await leafHash(utf8(canonicalJson(log.entries[3] ?? null)))
    expect(await isIncluded({ index: 3, size, leaf, root }, await inclusionProof(log.leaves, 3))).toBe(true)
    expect(fromBase64(note.text.split('\n')[2] ?? '')).toHaveLength(32)
  })
})

describe('two heads that do not fit are never signed', async () => {
  const signed = await withCheckpoint(await logOf(steps(6)), signer)
  const refused = expect.objectContaining({ code: 'trace/inconsistent-head' })
  test.each([
    ['an entry changed', async () => ({ ...(await logOf(['other', ...steps(8).slice(1)])), signed: signed.signed })],
    ['cut below what was signed', async () => ({ ...(await logOf(steps(5))), signed: signed.signed })],
    ['another log of the same length', async () => ({ ...(await logOf(steps(7).slice(1))), signed: signed.signed })],
  ])('%s', async (_, made) => {
    await expect(withCheckpoint(await made(), signer)).rejects.toEqual(refused)
  })
  test('the same one, longer or as it is, is signed', async () => {
    const longer = await appended(signed, event('more'), by, { time: timeOf(90), count: 90 })
    expect((await withCheckpoint(longer, signer)).checkpoints).toHaveLength(2)
    expect((await withCheckpoint(signed, signer)).checkpoints).toHaveLength(2)
  })
})
