import { emptyMask } from '../core/mask.ts'
import type { Context } from '../core/stage.ts'
import type { Grid, Mask, Mesh, Volume } from '../core/types.ts'
import { REQUIRED_CHECKS } from '../qa/gate.ts'
import type { Label, LabelSet } from '../segment/label-set.ts'
import type { StoredAsset } from '../vault/case.ts'
import { decodeMask, decodeMesh, decodeVolume } from '../vault/codec.ts'
import { type AiSource, aiSlot } from './ai-steps.ts'
import type { CaseData } from './case-data.svelte.ts'
import type { CaseState } from './case-state.ts'
import type { CaseStore } from './case-store.svelte.ts'
import { decodeCheck } from './check-codec.ts'
import { noteDigest } from './digests.ts'
import type { AiSources } from './follow-ai.ts'
import { labelSlot } from './label-steps.ts'
import { share } from './line.ts'

const PARTS = 6

/** The stored value, known on by the digest that the trace knows it by. */
function restored<T extends Volume | Mask | Mesh>(
  { meta, bytes, digest, taken }: StoredAsset,
  decode: (meta: StoredAsset['meta'], bytes: Uint8Array) => T,
): T {
  const value = decode(meta, bytes)
  noteDigest(value, digest, taken)
  return value
}

/** Fills an empty case from the vault. Every asset is decrypted and compared with its digest by the vault worker. */
export async function restoreCase(data: CaseData, state: CaseState, store: CaseStore, ctx: Context): Promise<void> {
  const kept = await store.read('volume')
  if (!kept || !state.passport) return
  const volume = restored(kept, decodeVolume)
  data.setVolume(volume, state.passport)
  share(ctx, 0, PARTS).progress(1)
  const field = await store.read('field')
  if (field) data.field = restored(field, decodeVolume)
  share(ctx, 1, PARTS).progress(1)
  data.aiSources = await restoreAi(state, store)
  data.setLabels(await restoreLabels(volume.grid, state, store), state.activeLabel)
  share(ctx, 2, PARTS).progress(1)
  if (state.ledger.length > 0) await restoreModel(data, state, store)
  share(ctx, 4, PARTS).progress(1)
  data.restore(state)
}

async function restoreLabels(grid: Grid, state: CaseState, store: CaseStore): Promise<LabelSet> {
  const labels: Label[] = []
  const empty = emptyMask(grid)
  for (const info of state.labels) {
    // A case of version 1 had one mask in a slot of its own.
    const kept = (await store.read(labelSlot(info.id))) ?? (info.id === 1 ? await store.read('mask') : null)
    labels.push({ ...info, mask: kept ? restored(kept, decodeMask) : empty })
  }
  return { grid, labels, nextId: state.nextLabel }
}

/** A source of which a part is missing is left out: its labels keep the figures they have. */
async function restoreAi(state: CaseState, store: CaseStore): Promise<AiSources> {
  const sources = new Map<string, AiSource>()
  for (const source of new Set(state.labels.flatMap(({ ai }) => ai?.source ?? []))) {
    const mask = await store.read(aiSlot(source, 'mask'))
    const unsure = await store.read(aiSlot(source, 'unsure'))
    const certainty = await store.read(aiSlot(source, 'certainty'))
    if (!mask || !unsure || !certainty) continue
    sources.set(source, {
      mask: restored(mask, decodeMask),
      unsure: restored(unsure, decodeMask),
      certainty: certainty.bytes,
    })
  }
  return sources
}

async function restoreModel(data: CaseData, state: CaseState, store: CaseStore): Promise<void> {
  const reference = await store.read('reference-mesh')
  if (!reference) return
  const first = restored(reference, decodeMesh)
  // A recipe without any edit keeps one mesh only: the surface itself.
  const edited = state.ledger.length > 1 ? await store.read('mesh') : null
  data.setModel(state.modelLabel, first, edited ? restored(edited, decodeMesh) : first, state.ledger)
  const findings = state.checked ? await store.read('findings') : null
  const check = findings ? decodeCheck(findings.bytes) : null
  // A check of before there were all of today's gates says nothing about the others: it is made again.
  const made = new Set(check?.findings.map((finding) => finding.check))
  if (check && REQUIRED_CHECKS.every((gate) => made.has(gate))) data.setCheck(check)
}
