import { beforeEach, expect, test, vi } from 'vitest'
import { Jobs } from '../../../src/app/jobs.svelte.ts'
import type { People } from '../../../src/app/people.svelte.ts'
import { SafeKey } from '../../../src/app/safe-key.svelte.ts'
import { PipelineError } from '../../../src/core/errors.ts'
import { sha256 } from '../../../src/core/hash.ts'
import { newRawPair } from '../../../src/vault/key-set.ts'
import { writeSafeFile } from '../../../src/vault/safe-file.ts'

const saved = vi.hoisted(() => ({ files: [] as { name: string; file: Blob }[] }))
vi.mock('../../../src/app/download.io.ts', () => ({
  download: (name: string, file: Blob) => void saved.files.push({ name, file }),
}))
beforeEach(() => void saved.files.splice(0))

const madeAt = '2026-05-01T08:00:00.000Z'

const CASES = [
  { id: 'c', fit: 'opens' },
  { id: 'e', fit: 'other-key' },
]

/** A page whose vault says yes, or refuses; with the key it gave out and those it was given. */
async function atSafe(refuses = false, knows = true) {
  const { publicKey, privateKey } = await newRawPair('X25519')
  const fingerprint = await sha256(publicKey)
  const file = () => new Blob([writeSafeFile({ madeAt, fingerprint, privateKey: kept })])
  const kept = privateKey.slice()
  const given: { key: Uint8Array; was: Uint8Array }[] = []
  const api = {
    makeRecoveryKey: async () => privateKey,
    safeKey: async () => ({ fingerprint, madeAt }),
    casesForKey: async (asked: string) => {
      if (!knows) throw new PipelineError('vault/locked', 'Locked.')
      return asked === fingerprint ? CASES : []
    },
    recoverCase: async (_: string, key: Uint8Array) => {
      given.push({ key, was: key.slice() })
      if (refuses) throw new PipelineError('vault/other-key', 'Not this one.')
      // As sending it to the worker does: nothing is left of it here.
      structuredClone(key, { transfer: [key.buffer as ArrayBuffer] })
      return true
    },
    deviceLog: async () => [{ seq: 0, code: 'recover', digests: ['c', 'd'] }],
  }
  const jobs = new Jobs()
  const workers = { vault: { call: async (work: (on: typeof api) => unknown) => work(api) } } as never
  const change: People['change'] = async (stage, work) =>
    (await jobs.run(stage, async (ctx) => {
      await work(api as never, ctx)
      return true
    })) ?? false
  return { safe: new SafeKey(workers, jobs, { change }), jobs, file, privateKey, kept, given, fingerprint }
}

test('a key that is made is saved as a file with its date and fingerprint, and wiped', async () => {
  const { safe, privateKey, kept, fingerprint, file } = await atSafe()
  expect(await safe.make('words')).toBe(true)
  expect(saved.files.map(({ name }) => name)).toEqual([`recovery-key-2026-05-01-${fingerprint.slice(0, 8)}.key`])
  expect(await saved.files[0]?.file.text()).toBe(await file().text())
  expect(privateKey).not.toEqual(kept)
  expect(privateKey.every((byte) => byte === 0)).toBe(true)
  expect(safe.now).toEqual({ fingerprint, madeAt })
})

test.each([false, true])('a chosen key is used once and wiped, also when it is refused (%s)', async (refuses) => {
  const { safe, file, given, kept, fingerprint } = await atSafe(refuses)
  expect(await safe.choose(file())).toBe(true)
  expect(safe.chosen).toEqual({ fingerprint, madeAt })
  expect(safe.cases).toEqual(CASES)
  expect(await safe.recover('c', 'd', 'words')).toBe(!refuses)
  expect(safe.cases).toEqual([])
  expect(given.map(({ was }) => was)).toEqual([kept])
  const { key } = given[0] ?? {}
  expect(key?.length === 0 || key?.every((byte) => byte === 0)).toBe(true)
  expect(safe.chosen).toBeNull()
  expect(safe.done?.line.code).toBe(refuses ? undefined : 'recover')
  expect(await safe.recover('c', 'd', 'words')).toBe(false)
  expect(given).toHaveLength(1)
})

test('another file is refused by name, and the one of before is not used in its place', async () => {
  const { safe, jobs, file } = await atSafe()
  await safe.choose(file())
  for (const wrong of [
    new Blob(['no key']),
    new Blob([new Uint8Array(file().size)]),
    new Blob([new Uint8Array(1 << 24)]),
  ]) {
    expect(await safe.choose(wrong)).toBe(false)
    expect(jobs.problem).toMatchObject({ code: 'vault/bad-key' })
    expect(safe.chosen).toBeNull()
  }
})

test('a key is not chosen, and wiped, where it is not known what it opens', async () => {
  const { safe, jobs, file } = await atSafe(false, false)
  const filled = vi.spyOn(Uint8Array.prototype, 'fill')
  expect(await safe.choose(file())).toBe(false)
  expect(jobs.problem).toMatchObject({ code: 'vault/locked' })
  expect([safe.chosen, safe.cases]).toEqual([null, []])
  expect(filled.mock.contexts.some((bytes) => bytes instanceof Uint8Array && bytes.length === 48)).toBe(true)
  filled.mockRestore()
})
