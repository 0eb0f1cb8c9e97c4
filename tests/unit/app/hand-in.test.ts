import { beforeEach, expect, test } from 'vitest'
import { CaseData } from '../../../src/app/case-data.svelte.ts'
import { currentState } from '../../../src/app/case-state.ts'
import { CaseStore } from '../../../src/app/case-store.svelte.ts'
import type { Desk } from '../../../src/app/desk.svelte.ts'
import { beginHandedIn, handIn } from '../../../src/app/hand-in.ts'
import { Jobs } from '../../../src/app/jobs.svelte.ts'
import { People } from '../../../src/app/people.svelte.ts'
import { ReadScan } from '../../../src/app/read-scan.ts'
import type { Workers } from '../../../src/app/workers.ts'
import { PipelineError } from '../../../src/core/errors.ts'
import { digestVolume } from '../../../src/core/hash.ts'
import type { Passport } from '../../../src/core/passport.ts'
import { verifyChain } from '../../../src/trace/chain.ts'
import type { NewAsset } from '../../../src/vault/case.ts'
import { encodeVolume } from '../../../src/vault/codec.ts'
import type { Vault } from '../../../src/vault/vault.io.ts'
import type { SentAsset, SentChange } from '../../../workers/vault.worker.ts'
import { site } from '../../support/people.ts'
import { gridOf, randomVolume } from '../../support/phantoms.ts'
import { freshProfile } from '../../support/vault.ts'

beforeEach(freshProfile)

const VOLUME = randomVolume(gridOf([6, 5, 4]), 7)
const PASSPORT = { source: 'nifti', modality: 'CT', size: [6, 5, 4], spacingMm: [1, 1, 1], notes: [] }
const { meta, parts } = encodeVolume(VOLUME)
const STEP = {
  stage: 'scan',
  version: 2,
  params: { format: 'nifti' },
  inputDigests: [],
  backend: 'wasm',
  adapter: 'itk-wasm',
  ms: 3,
  at: '2026-05-01T10:00:00.000Z',
} as const

/** The vault behind the calls that the app makes of its worker; `ended` counts the realms that were ended. */
function workersOn(vault: Vault, failFirst = false) {
  const uploads: Uint8Array[] = []
  let failing = failFirst
  const arrived = (sent: SentAsset): NewAsset => ({
    ...sent,
    bytes: 'upload' in sent ? (uploads[sent.upload] as Uint8Array) : 'file' in sent ? sent.file : sent.shared,
  })
  const extra = {
    expect: () => uploads.push(new Uint8Array()) - 1,
    receive: (upload: number, piece: Uint8Array) => {
      uploads[upload] = Buffer.concat([uploads[upload] as Uint8Array, piece])
    },
    commitSent: (id: string, { assets, ...change }: SentChange) =>
      vault.commit(id, { ...change, assets: assets.map(arrived) }),
    ingestSent: async (id: string, sent: SentAsset) => {
      const fails = failing
      failing = false
      if (fails) throw new PipelineError('vault/quota', 'No room.')
      return vault.ingest(id, arrived(sent))
    },
  }
  const api = new Proxy(vault, {
    get: (of, name) => Reflect.get(extra, name) ?? Reflect.get(of, name)?.bind?.(of),
  })
  const ended: string[] = []
  const host = (name: string) => ({
    call: async (work: (remote: unknown) => unknown) => work(api),
    terminate: () => ended.push(name),
  })
  const names = ['vault', 'decode', 'compute', 'mesh', 'measure']
  return { workers: Object.fromEntries(names.map((name) => [name, host(name)])) as unknown as Workers, ended }
}

/** The desk of Intake with a scan on it. */
async function readAt(workers: Workers) {
  const digest = await digestVolume(VOLUME)
  const reading = new ReadScan()
  await reading.record({ ...STEP, outputDigest: digest }, [{ role: 'volume', digest, meta, parts }])
  const data = new CaseData()
  data.setVolume(VOLUME, PASSPORT as unknown as Passport)
  const jobs = new Jobs()
  const people = new People(workers, jobs)
  await people.load()
  const desk = {
    ...{ workers, jobs, people, data, handedIn: null as string | null },
    reading: reading as ReadScan | null,
    forgetCase() {
      desk.reading = null
      desk.data = new CaseData()
    },
  }
  return desk
}
const throwIt = (error: unknown) => {
  throw error
}

test('what Intake hands in leaves the desk; its designer takes it in with the steps that made it, once', async () => {
  const { as, ids } = await site({}, undefined, ['intake', 'reviewer'])
  const intake = await as('intake')
  const { workers, ended } = workersOn(intake)
  const desk = await readAt(workers)
  await handIn(desk as unknown as Desk)
  expect(desk.jobs.problem).toBeNull()
  expect(desk.handedIn).toMatch(/^\w+ \d{4}$/)
  expect([desk.reading, desk.data.volume]).toEqual([null, null])
  expect(ended).toEqual(['decode', 'compute', 'mesh', 'measure'])
  const id = (await intake.listCasePeople())[0]?.id ?? ''
  await expect(CaseStore.open(workers, id, throwIt)).rejects.toMatchObject({ code: 'vault/denied' })

  const designer = await as('owner')
  await designer.takeIn(id)
  const begin = async (isOwn: boolean) => {
    const { store, state } = await CaseStore.open(workers, id, throwIt, isOwn)
    const data = new CaseData()
    if (!state) await beginHandedIn(data, store)
    await store.flush()
    return { store, state, data }
  }
  const first = await begin(true)
  expect(first.data.volume).toEqual(VOLUME)
  expect(first.data.passport).toMatchObject(PASSPORT)
  const { trace, state } = await designer.openCase(id)
  expect(trace).toMatchObject([{ ...STEP, seq: 0 }])
  expect((await verifyChain(trace)).ok).toBe(true)
  expect(currentState(state).assets.volume).toBeTruthy()
  expect((await begin(true)).store.trace).toHaveLength(1)

  // Who only looks at a case writes nothing of it, whatever the screen tries.
  await designer.share(id, ids.reviewer, 'reviewer')
  await as('reviewer')
  const looking = await begin(false)
  const before = await designer.openCase(id)
  await expect(looking.store.record({ ...STEP, outputDigest: 'aa' }, [])).rejects.toMatchObject({
    code: 'vault/denied',
  })
  looking.store.saveState(looking.data.snapshot())
  await looking.store.flush()
  expect((await designer.openCase(id)).revision).toBe(before.revision)
  expect(looking.store.saved).toBe('saved')
}, 60_000)

test('a scan that could not be stored stays on the desk, and goes into the same case the next time', async () => {
  const { as } = await site({}, undefined, ['intake'])
  const intake = await as('intake')
  const { workers } = workersOn(intake, true)
  const desk = await readAt(workers)
  await handIn(desk as unknown as Desk)
  expect(desk.jobs.problem?.code).toBe('vault/quota')
  expect(desk.handedIn).toBeNull()
  expect(desk.reading).not.toBeNull()
  await handIn(desk as unknown as Desk)
  expect(desk.handedIn).not.toBeNull()
  expect(await intake.listCasePeople()).toMatchObject([{ waiting: 1 }])
}, 60_000)

test('a scan that came with something else than handing in writes begins no case', async () => {
  const along = { passport: null, steps: [] }
  const kept = {
    meta: { ...(meta as object), along },
    bytes: parts[0],
    digest: await digestVolume(VOLUME),
    taken: 'whole',
  }
  const store = { read: async () => kept, isOwn: true, trace: [] } as unknown as CaseStore
  await expect(beginHandedIn(new CaseData(), store)).rejects.toMatchObject({ code: 'vault/tampered' })
})
