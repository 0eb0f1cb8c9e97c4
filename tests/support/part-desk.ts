import { vi } from 'vitest'
import { CaseData } from '../../src/app/case-data.svelte.ts'
import { CaseStore } from '../../src/app/case-store.svelte.ts'
import { Desk } from '../../src/app/desk.svelte.ts'
import { labelSlot } from '../../src/app/label-steps.ts'
import type { KeptAsset } from '../../src/app/pipeline.ts'
import { restoreCase } from '../../src/app/restore-case.ts'
import type { WorkerHost, Workers } from '../../src/app/workers.ts'
import { digestMask, digestMesh, digestVolume } from '../../src/core/hash.ts'
import { IDLE_CONTEXT } from '../../src/core/stage.ts'
import type { Mesh } from '../../src/core/types.ts'
import { type DrainParams, drain, placeDrains } from '../../src/prepare/drain.ts'
import { type LayFlatParams, layFlat } from '../../src/prepare/lay-flat.ts'
import { type EmbossParams, textMark } from '../../src/prepare/marks/emboss.ts'
import { type LandingParams, landingBlocks } from '../../src/prepare/marks/landing-blocks.ts'
import { applyMark, type Mark } from '../../src/prepare/marks/mark.ts'
import { facesOfMark } from '../../src/prepare/marks/mark-faces.ts'
import { type MirrorParams, mirror } from '../../src/prepare/mirror.ts'
import { type RepairParams, repair } from '../../src/prepare/repair.ts'
import { type ScaleParams, scale } from '../../src/prepare/scale.ts'
import { type SmoothParams, smooth } from '../../src/prepare/smooth.ts'
import { ledgerMeasure } from '../../src/qa/error-ledger.ts'
import { solidCount } from '../../src/qa/solids.ts'
import { encodeMask, encodeMesh, encodeVolume } from '../../src/vault/codec.ts'
import type { Vault } from '../../src/vault/vault.io.ts'
import type { SentChange } from '../../workers/vault.worker.ts'
import { labelsOf } from './labels.ts'
import { MARK_TOOLS } from './mark-tools.ts'
import { SAMPLE_PASSPORT } from './passport.ts'
import { gridOf, maskOf, volumeOf } from './phantoms.ts'
import { sphereMesh } from './sphere-mesh.ts'

// The desk and the vault are the real ones; the workers are not: what they would do is done here, on the page.

const GRID = gridOf([8, 8, 8])
const SCAN = volumeOf(GRID, (i) => i)
const MASK = maskOf(GRID, () => true)
/** What the surface step makes here. */
const OTHER_SURFACE = sphereMesh(5, [0, 0, 0])
const throwIt = (error: unknown) => {
  throw error
}

const meshApi = {
  layFlat: (mesh: Mesh, params: LayFlatParams) => layFlat(mesh, params, IDLE_CONTEXT),
  mirror: (mesh: Mesh, params: MirrorParams) => mirror(mesh, params, IDLE_CONTEXT),
  scale: (mesh: Mesh, params: ScaleParams) => scale(mesh, params, IDLE_CONTEXT),
  smooth: (mesh: Mesh, params: SmoothParams) => smooth(mesh, params, IDLE_CONTEXT),
  repair: (mesh: Mesh, params: RepairParams) => repair(mesh, params, IDLE_CONTEXT, MARK_TOOLS.load),
  placeDrains,
  drain: (mesh: Mesh, params: DrainParams) => drain(mesh, params, IDLE_CONTEXT, MARK_TOOLS.load),
  solids: solidCount,
  textMark: (mesh: Mesh, params: EmbossParams) => textMark(mesh, params, IDLE_CONTEXT, MARK_TOOLS),
  landingBlocks: (mesh: Mesh, params: LandingParams) => landingBlocks(mesh, params, IDLE_CONTEXT, MARK_TOOLS.load),
  facesOfMark,
  applyMark: (mesh: Mesh, mark: Mark) => applyMark(mesh, mark, IDLE_CONTEXT, MARK_TOOLS.load),
}

function measureApi() {
  let held: { digest: string; reference: Mesh } | null = null
  return {
    has: (digest: string) => held?.digest === digest,
    hold: (digest: string, reference: Mesh) => {
      held = { digest, reference }
    },
    ledger: (mesh: Mesh) => ledgerMeasure(mesh, held?.reference ?? mesh),
  }
}

function vaultApi(vault: Vault) {
  const sent: Uint8Array[] = []
  return {
    createCase: (...given: Parameters<Vault['createCase']>) => vault.createCase(...given),
    openCase: (id: string) => vault.openCase(id),
    whoAmI: () => vault.whoAmI(),
    listPeople: () => vault.listPeople(),
    listPasskeys: () => vault.listPasskeys(),
    listCasePeople: () => vault.listCasePeople(),
    approvals: (id: string) => vault.approvals(id),
    toRelease: () => vault.toRelease(),
    releasedPrints: () => vault.releasedPrints(),
    recordPrint: (...given: Parameters<Vault['recordPrint']>) => vault.recordPrint(...given),
    approve: (...given: Parameters<Vault['approve']>) => vault.approve(...given),
    sendBack: (...given: Parameters<Vault['sendBack']>) => vault.sendBack(...given),
    share: (...given: Parameters<Vault['share']>) => vault.share(...given),
    readAsset: (id: string, asset: string) => vault.readAsset(id, asset),
    expect: () => sent.push(new Uint8Array()) - 1,
    receive: (upload: number, piece: Uint8Array) => {
      sent[upload] = Buffer.concat([sent[upload] as Uint8Array, piece])
    },
    commitSent: (id: string, { assets, ...change }: SentChange) =>
      vault.commit(id, {
        ...change,
        assets: assets.map((asset) => ({
          ...asset,
          bytes: 'upload' in asset ? (sent[asset.upload] as Uint8Array) : new Uint8Array(),
        })),
      }),
  }
}

function answerFor(workers: Workers, vault: Vault): void {
  const answer = <Api>(host: WorkerHost<Api>, api: object) =>
    vi.spyOn(host, 'call').mockImplementation(async (work) => work(api as never))
  answer(workers.mesh, meshApi)
  answer(workers.measure, measureApi())
  answer(workers.vault, vaultApi(vault))
  answer(workers.compute, { has: () => true, surface: () => ({ output: OTHER_SURFACE, backend: 'cpu', adapter: '' }) })
}

/** A desk on this vault, nothing on it. */
export function emptyDesk(vault: Vault): Desk {
  const desk = new Desk()
  answerFor(desk.workers, vault)
  return desk
}

/** What a step on the line would have kept. */
async function made(reference: Mesh, mesh: Mesh): Promise<KeptAsset[]> {
  return [
    { role: 'volume', digest: await digestVolume(SCAN), ...encodeVolume(SCAN) },
    { role: 'mask', slot: labelSlot(1), digest: await digestMask(MASK), ...encodeMask(MASK) },
    { role: 'reference-mesh', digest: await digestMesh(reference), ...encodeMesh(reference) },
    { role: 'mesh', digest: await digestMesh(mesh), ...encodeMesh(mesh) },
  ]
}

const NO_CHANGE = { meanMm: 0, p95Mm: 0, maxMm: 0, volumePercent: 0 }
const STEP = {
  ...{ stage: 'smooth', version: 2, params: {}, inputDigests: [], backend: 'cpu' as const, adapter: 'JavaScript' },
  ...{ ms: 1, at: '2026-11-26T00:00:00.000Z' },
}

/** A desk with a new case: a scan, a label, and a model of it that was smoothed once. */
export async function modelledDesk(vault: Vault, reference: Mesh, mesh: Mesh): Promise<Desk> {
  const desk = emptyDesk(vault)
  const init = { templateId: 'ct-bone', policy: 'teaching', process: 'fdm' } as const
  const store = await CaseStore.create(desk.workers, init, throwIt)
  desk.show(store, new CaseData())
  desk.data.setVolume(SCAN, SAMPLE_PASSPORT)
  desk.data.setLabels(labelsOf(GRID, [MASK]))
  desk.data.setModel(1, reference, mesh, [
    { stage: 'surface', ...NO_CHANGE },
    { stage: 'smooth', ...NO_CHANGE },
  ])
  await store.record({ ...STEP, outputDigest: await digestMesh(mesh) }, await made(reference, mesh))
  desk.saveState()
  await store.flush()
  return desk
}

/** The same case on another desk, as it was left. */
export async function reopenedDesk(vault: Vault, id: string): Promise<Desk> {
  const desk = emptyDesk(vault)
  await desk.people.load()
  const { store, state } = await CaseStore.open(desk.workers, id, throwIt, desk.people.mayEdit(id))
  const data = new CaseData()
  if (state) await restoreCase(data, state, store, IDLE_CONTEXT)
  desk.show(store, data)
  return desk
}
