import { emptyMask } from '../core/mask.ts'
import type { Context } from '../core/stage.ts'
import type { Grid } from '../core/types.ts'
import type { Label, LabelSet } from '../segment/label-set.ts'
import { decodeMask, decodeMesh, decodeVolume } from '../vault/codec.ts'
import type { CaseData } from './case-data.svelte.ts'
import type { CaseState } from './case-state.ts'
import type { CaseStore } from './case-store.svelte.ts'
import { decodeCheck } from './check-codec.ts'
import { labelSlot } from './label-steps.ts'
import { share } from './line.ts'

const PARTS = 6

/** Fills an empty case from the vault. Every asset is decrypted and compared with its digest by the vault worker. */
export async function restoreCase(data: CaseData, state: CaseState, store: CaseStore, ctx: Context): Promise<void> {
  const kept = await store.read('volume')
  if (!kept || !state.passport) return
  const volume = decodeVolume(kept.meta, kept.bytes)
  data.setVolume(volume, state.passport)
  share(ctx, 0, PARTS).progress(1)
  const field = await store.read('field')
  if (field) data.field = decodeVolume(field.meta, field.bytes)
  share(ctx, 1, PARTS).progress(1)
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
    labels.push({ ...info, mask: kept ? decodeMask(kept.meta, kept.bytes) : empty })
  }
  return { grid, labels, nextId: state.nextLabel }
}

async function restoreModel(data: CaseData, state: CaseState, store: CaseStore): Promise<void> {
  const reference = await store.read('reference-mesh')
  if (!reference) return
  const first = decodeMesh(reference.meta, reference.bytes)
  // A recipe without any edit keeps one mesh only: the surface itself.
  const edited = state.ledger.length > 1 ? await store.read('mesh') : null
  data.setModel(state.modelLabel, first, edited ? decodeMesh(edited.meta, edited.bytes) : first, state.ledger)
  const findings = state.checked ? await store.read('findings') : null
  if (findings) data.setCheck(decodeCheck(findings.bytes))
}
