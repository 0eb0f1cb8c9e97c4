import { expect, test } from 'vitest'
import { CaseData } from '../../../src/app/case-data.svelte.ts'
import type { CaseState } from '../../../src/app/case-state.ts'
import { CaseStore } from '../../../src/app/case-store.svelte.ts'
import type { Workers } from '../../../src/app/workers.ts'
import { scanBytes } from '../../../src/core/shared.ts'
import { verifyChain } from '../../../src/trace/chain.ts'
import type { SentChange } from '../../../workers/vault.worker.ts'
import { labelsOf } from '../../support/labels.ts'
import { gridOf, randomMask } from '../../support/phantoms.ts'

const INIT = { templateId: 'ct-bone', policy: 'teaching', process: 'fdm' } as const

/** A vault of one case that can be told to fail. */
function fakeVault() {
  const commits: SentChange[] = []
  const state = { failing: false, sent: 0, held: Promise.resolve() }
  const api = {
    createCase: async () => 'case-1',
    openCase: async () => ({
      id: 'case-1',
      meta: { pseudonym: 'Heron 4172', ...INIT },
      trace: [],
      assets: [],
      state: null,
    }),
    expect: async () => 1,
    receive: async () => {
      state.sent++
    },
    commitSent: async (_id: string, change: SentChange) => {
      await state.held
      if (state.failing) throw new Error('disk full')
      commits.push(change)
      return change.assets.map((_, n) => `asset-${commits.length}-${n}`)
    },
  }
  const workers = { vault: { call: (work: (remote: typeof api) => Promise<unknown>) => work(api) } }
  return { commits, state, workers: workers as unknown as Workers }
}

const step = (stage: string, outputDigest: string) => ({
  stage,
  version: 1,
  params: {},
  inputDigests: [],
  outputDigest,
  backend: 'cpu' as const,
  adapter: 'JavaScript',
  ms: 1,
  at: '2026-11-23T00:00:00.000Z',
})
const mask = (digest: string) => ({ role: 'mask' as const, digest, meta: null, parts: [Uint8Array.of(1)] })

test('steps noted at the same time are chained one after the other', async () => {
  const { workers, commits } = fakeVault()
  const store = await CaseStore.create(workers, INIT, () => {})
  await Promise.all([
    store.record(step('a', '1'), []),
    store.record(step('b', '2'), []),
    store.record(step('c', '3'), []),
  ])
  await store.flush()
  expect(store.trace.map((e) => e.stage)).toEqual(['a', 'b', 'c'])
  expect(await verifyChain(store.trace)).toEqual({ ok: true })
  expect(commits.flatMap((c) => c.trace.map((e) => e.seq))).toEqual([0, 1, 2])
  expect(store.saved).toBe('saved')
})

test('what no step made is kept with a line of its own in the audit, and the trace stays as it is', async () => {
  const { workers, commits } = fakeVault()
  const store = await CaseStore.create(workers, INIT, () => {})
  await store.record(step('a', '1'), [])
  const before = store.trace
  await store.keep({ role: 'replay', digest: '9', meta: null, parts: [Uint8Array.of(1)] }, 'replay')
  expect(store.trace).toBe(before)
  expect(commits.flatMap(({ trace }) => trace.map(({ stage }) => stage))).toEqual(['a'])
  expect(commits.flatMap(({ audit }) => audit.map(({ code, digests }) => [code, ...digests]))).toEqual([
    ['replay', '9'],
  ])
  expect(commits.flatMap(({ assets }) => assets.map(({ type }) => type))).toEqual(['replay'])
})

test('the newest asset of a role replaces the one before', async () => {
  const { workers, commits } = fakeVault()
  const store = await CaseStore.create(workers, INIT, () => {})
  await store.record(step('a', '1'), [mask('1')])
  await store.record(step('b', '2'), [mask('2')])
  await store.flush()
  expect(commits.map((c) => c.remove)).toEqual([[], ['asset-1-0']])
})

test('what could not be stored is not called saved, and is tried again', async () => {
  const { workers, commits, state } = fakeVault()
  const failures: unknown[] = []
  const store = await CaseStore.create(workers, INIT, (error) => failures.push(error))
  state.failing = true
  await store.record(step('a', '1'), [mask('1')])
  await expect(store.flush()).rejects.toThrow('disk full')
  expect(store.saved).toBe('not-saved')
  expect(failures.length).toBeGreaterThan(0)
  state.failing = false
  await store.record(step('b', '2'), [])
  await store.flush()
  expect(store.saved).toBe('saved')
  expect(commits.flatMap((c) => c.trace.map((e) => e.stage))).toEqual(['a', 'b'])
})

test('behind a commit that is under way only the newest asset of a slot is written', async () => {
  const { workers, commits, state } = fakeVault()
  const store = await CaseStore.create(workers, INIT, () => {})
  let release = () => {}
  state.held = new Promise((resume) => {
    release = resume
  })
  await Promise.all(['1', '2', '3', '4'].map((digest) => store.record(step(`s${digest}`, digest), [mask(digest)])))
  release()
  await store.flush()
  expect(commits.flatMap((c) => c.trace.map((e) => e.stage))).toEqual(['s1', 's2', 's3', 's4'])
  expect(commits).toHaveLength(2)
  expect(commits.at(-1)?.assets.map((a) => a.digest)).toEqual(['4'])
})

test('the voxels of a label that is gone go with it', async () => {
  const { workers, commits } = fakeVault()
  const store = await CaseStore.create(workers, INIT, () => {})
  await store.record(step('place', '1'), [
    { ...mask('1'), slot: 'mask/1' },
    { ...mask('2'), slot: 'mask/2' },
  ])
  const data = new CaseData()
  data.labels = { ...labelsOf(gridOf([4, 4, 4]), [randomMask(gridOf([4, 4, 4]), 1, 1)]), nextId: 3 }
  store.saveState(data.snapshot())
  await store.flush()
  expect(commits.at(-1)?.remove).toEqual(['asset-1-1'])
  const state = commits.at(-1)?.state as CaseState | undefined
  expect(state?.assets).toEqual({ 'mask/1': 'asset-1-0' })
})

test('a scan on shared memory is referred to, anything else is sent', async () => {
  const { workers, commits, state } = fakeVault()
  const store = await CaseStore.create(workers, INIT, () => {})
  const shared = scanBytes(64)
  await store.record(step('a', '1'), [{ role: 'volume', digest: '1', meta: null, parts: [shared] }])
  await store.flush()
  expect(state.sent).toBe(0)
  expect(commits[0]?.assets[0]).toMatchObject({ type: 'volume', shared })
  await store.record(step('b', '2'), [mask('2')])
  await store.flush()
  expect(state.sent).toBe(1)
})
