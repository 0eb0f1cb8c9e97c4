import { beforeEach, expect, test } from 'vitest'
import { PROMOTE_STEP } from '../../../src/app/ai-steps.ts'
import { CaseData } from '../../../src/app/case-data.svelte.ts'
import { CaseStore } from '../../../src/app/case-store.svelte.ts'
import { checkedNow, maskDigest, meshDigest, noteDigest, volumeDigest } from '../../../src/app/digests.ts'
import { followAi } from '../../../src/app/follow-ai.ts'
import { PLACE_STEP } from '../../../src/app/label-steps.ts'
import { createPipeline } from '../../../src/app/pipeline.ts'
import { resident } from '../../../src/app/resident.ts'
import { restoreCase } from '../../../src/app/restore-case.ts'
import { SIDE_STEP } from '../../../src/app/scan-steps.ts'
import type { Workers } from '../../../src/app/workers.ts'
import { digestMask, digestMesh, digestVolume } from '../../../src/core/hash.ts'
import { seededRandom } from '../../../src/core/random.ts'
import { IDLE_CONTEXT } from '../../../src/core/stage.ts'
import type { Mask, Volume } from '../../../src/core/types.ts'
import { ScanShelf, type Slab, type VolumeWords } from '../../../src/gpu/scan-shelf.gpu.ts'
import type { Ranked } from '../../../src/infer/structure-certainty.ts'
import { aiStructure } from '../../../src/segment/ai-structure.ts'
import { changeLabel, withMasks } from '../../../src/segment/label-set.ts'
import { nextEntry, verifyChain } from '../../../src/trace/chain.ts'
import { encodeMask, encodeVolume } from '../../../src/vault/codec.ts'
import type { Vault } from '../../../src/vault/vault.io.ts'
import type { SentChange } from '../../../workers/vault.worker.ts'
import { FIRST_STATE } from '../../support/first-case-state.ts'
import { firstDigest, storeFirstCase } from '../../support/first-format.ts'
import { AMBER_LABEL, openRegion } from '../../support/label-ai.ts'
import { labelsOf } from '../../support/labels.ts'
import { gridOf, maskOf, randomMask, randomVolume, volumeOf } from '../../support/phantoms.ts'
import { freshProfile, openTab, PASSPHRASE } from '../../support/vault.ts'

beforeEach(freshProfile)

/** One voxel of it. */
const emptyBut = ({ grid }: Mask) => maskOf(grid, (i, j, k) => i + j + k === 0)

/** The vault itself and a shelf of scans behind the calls that the app makes of its workers. */
function workersOn(vault: Vault): Workers {
  const shelf = new ScanShelf(2)
  const sent: Uint8Array[] = []
  const bytesOf = (asset: SentChange['assets'][number]) =>
    'upload' in asset ? (sent[asset.upload] as Uint8Array) : 'file' in asset ? asset.file : asset.shared
  const vaultApi = {
    openCase: (id: string) => vault.openCase(id),
    readAsset: (id: string, asset: string) => vault.readAsset(id, asset),
    expect: () => sent.push(new Uint8Array()) - 1,
    receive: (upload: number, piece: Uint8Array) => {
      sent[upload] = Buffer.concat([sent[upload] as Uint8Array, piece])
    },
    commitSent: (id: string, { assets, ...change }: SentChange) =>
      vault.commit(id, { ...change, assets: assets.map((asset) => ({ ...asset, bytes: bytesOf(asset) })) }),
  }
  const computeApi = {
    has: (digest: string) => shelf.has(digest),
    adopt: (digest: string, words: VolumeWords) => shelf.adopt(digest, words),
    receive: (slab: Slab) => shelf.receive(slab, null),
    aiStructure: (ranked: Ranked, channels: number[], filmMm: number) =>
      aiStructure(ranked, channels, filmMm, IDLE_CONTEXT),
  }
  const host = <Api>(api: Api) => ({ call: async (work: (remote: Api) => unknown) => work(api) })
  return { vault: host(vaultApi), compute: host(computeApi) } as unknown as Workers
}

/** A state as the version before labels stored it. */
const firstState = (volume: Volume, assets: Record<string, string>) => ({
  ...FIRST_STATE,
  passport: { source: 'nifti', modality: 'CT', size: volume.grid.size, spacingMm: volume.grid.spacing, notes: [] },
  assets,
})

const scanEntry = (digest: string) =>
  nextEntry([], {
    stage: 'scan',
    version: 2,
    params: {},
    inputDigests: [],
    outputDigest: digest,
    backend: 'wasm',
    adapter: 'itk-wasm',
    ms: 1,
    at: '2026-05-01T10:00:00.000Z',
  })

async function storedFirst(volume: Volume) {
  const vault = openTab()
  await vault.create(PASSPHRASE)
  const mask = randomMask(volume.grid, 3, 0.5)
  const [scan, marked] = [encodeVolume(volume), encodeMask(mask)]
  const { id } = await storeFirstCase({
    assets: [
      { type: 'volume', ...scan },
      { type: 'mask', ...marked },
    ],
    trace: [await scanEntry(firstDigest(scan))],
    state: ([v = '', m = '']) => firstState(volume, { volume: v, mask: m }),
  })
  return { vault, id, mask, scanDigest: firstDigest(scan) }
}

async function reopened(workers: Workers, id: string) {
  const { store, state } = await CaseStore.open(workers, id, (error) => {
    throw error
  })
  const data = new CaseData()
  if (state) await restoreCase(data, state, store, IDLE_CONTEXT)
  return { store, data }
}

test('a case of the first format with a state of the first version opens with its mask as label 1', async () => {
  const volume = randomVolume(gridOf([40, 30, 20]), 1)
  const { vault, id, mask } = await storedFirst(volume)
  const { data } = await reopened(workersOn(vault), id)
  expect(data.volume).toEqual(volume)
  expect(data.rows).toMatchObject([{ id: 1, anatomy: 'skin', shells: 2, limits: { lowHu: -300, highHu: 3071 } }])
  expect(data.activeLabel).toBe(1)
  expect(data.mask?.words).toEqual(mask.words)
})

test('steps after reopening name a long scan as the trace does, are stored, and open again', async () => {
  const random = seededRandom(5)
  const long = volumeOf(gridOf([256, 256, 130]), () => Math.floor(random() * 4000))
  const { vault, id, scanDigest } = await storedFirst(long)
  const workers = workersOn(vault)
  const { store, data } = await reopened(workers, id)
  const [volume, labels] = [data.volume, data.labels]
  if (!volume || !labels) throw new Error('nothing was restored')
  expect(await volumeDigest(volume)).toBe(scanDigest)
  // The compute worker hashes by the way of today, and takes the scan in all the same.
  const held = await resident(workers, volume, IDLE_CONTEXT.signal)
  expect(held).toBe(await digestVolume(long))
  expect(held).not.toBe(scanDigest)

  const { runStage } = createPipeline(workers, store)
  await runStage(SIDE_STEP, volume, { side: 'left' }, IDLE_CONTEXT)
  const proposed = randomMask(volume.grid, 4, 0.5)
  await runStage(PLACE_STEP, { set: labels, proposed, within: null }, { label: 1 }, IDLE_CONTEXT)
  store.saveState(data.snapshot())
  await store.flush()
  await vault.lock()
  await vault.unlock(PASSPHRASE)

  const again = await reopened(workersOn(vault), id)
  expect(await verifyChain(again.store.trace)).toEqual({ ok: true })
  const [scan, side, place] = again.store.trace
  expect([scan?.outputDigest, side?.inputDigests[0]]).toEqual([scanDigest, scanDigest])
  expect(again.data.mask?.words).toEqual(proposed.words)
  expect(await maskDigest(again.data.mask as typeof proposed)).toBe(place?.outputDigest)
})

test('a label of the AI opens with what it was made of, and edits go on from there', async () => {
  const volume = randomVolume(gridOf([40, 30, 20]), 1)
  const { vault, id } = await storedFirst(volume)
  const { store, data } = await reopened(workersOn(vault), id)
  const [scan, labels] = [data.volume, data.labels]
  if (!scan || !labels) throw new Error('nothing was restored')
  const { runStage } = createPipeline(workersOn(vault), store)
  const channels = new Uint8Array(40 * 30 * 20).fill(1)
  const certainty = channels.map((_, at) => (at % 40 < 10 ? 90 : 250))
  const found = {
    labels: { grid: scan.grid, labels: channels },
    certainty,
    second: new Uint8Array(channels.length),
    secondCertainty: new Uint8Array(channels.length),
  }
  const made = await runStage(PROMOTE_STEP, found, { channels: [1] }, IDLE_CONTEXT)
  const source = await maskDigest(made.mask)
  const [change] = await runStage(
    PLACE_STEP,
    { set: labels, proposed: made.mask, within: null },
    { label: 1 },
    IDLE_CONTEXT,
  )
  if (!change) throw new Error('nothing was placed')
  const ai = { ...AMBER_LABEL, source, regions: made.regions.map((region) => ({ ...openRegion(), ...region })) }
  data.setLabels(changeLabel(withMasks(labels, [change]), 1, { ai }))
  store.saveState(data.snapshot())
  await store.flush()

  const again = await reopened(workersOn(vault), id)
  const label = again.data.label(1)
  expect(label?.ai).toEqual(ai)
  expect(again.data.aiSources.get(source)).toEqual({ mask: made.mask, unsure: made.unsure, certainty })
  if (!again.data.labels || !label) throw new Error('the label is gone')
  const edited = withMasks(again.data.labels, [{ id: 1, mask: emptyBut(label.mask) }])
  const followed = followAi(again.data.aiSources, again.data.labels, edited).labels[0]?.ai
  expect(followed?.regions.map(({ state }) => state)).toEqual(['edited'])
  expect(followed?.editedMm3).toBe(40 * 30 * 20 - 1)
})

test('a mask known by a digest of the first format is stored by the one of today, which the trace then says', async () => {
  const mask = randomMask(gridOf([8, 8, 8]), 1)
  noteDigest(mask, 'a'.repeat(64), 'whole')
  const set = labelsOf(mask.grid, [mask])
  expect(await PLACE_STEP.inputDigests({ set, proposed: mask, within: null })).toEqual(['a'.repeat(64), 'a'.repeat(64)])
  const now = await digestMask(mask)
  expect(await PLACE_STEP.outputDigest([{ id: 2, mask }])).toBe(now)
  expect((await PLACE_STEP.keep([{ id: 2, mask }], now)).map(({ digest }) => digest)).toEqual([now])
})

test('a mesh that was checked under a digest of the first format leaves; another does not', async () => {
  const mesh = { positions: Float32Array.of(0, 0, 0, 1, 0, 0, 0, 1, 0), indices: Uint32Array.of(0, 1, 2) }
  noteDigest(mesh, 'b'.repeat(64), 'whole')
  expect(await meshDigest(mesh)).toBe('b'.repeat(64))
  expect(await checkedNow(mesh, 'b'.repeat(64))).toBe(await digestMesh(mesh))
  expect(await checkedNow(mesh, 'c'.repeat(64))).toBe('c'.repeat(64))
})
