import { emptyMask } from '../core/mask.ts'
import type { Context } from '../core/stage.ts'
import type { Grid, Mask, Mesh, Volume } from '../core/types.ts'
import type { AddedMark } from '../qa/added-marks.ts'
import { isUnder, REQUIRED_CHECKS } from '../qa/gate.ts'
import { POLICIES, type Policy } from '../qa/policy.ts'
import type { Label, LabelSet } from '../segment/label-set.ts'
import type { StoredAsset } from '../vault/case.ts'
import { decodeMask, decodeMesh, decodeVolume } from '../vault/codec.ts'
import { type AiSource, aiSlot } from './ai-steps.ts'
import type { CaseData } from './case-data.svelte.ts'
import type { CaseState } from './case-state.ts'
import type { CaseStore } from './case-store.svelte.ts'
import { type Checked, decodeCheck } from './check-codec.ts'
import { findingsSlot } from './check-part.ts'
import { noteDigest } from './digests.ts'
import type { AiSources } from './follow-ai.ts'
import { labelSlot } from './label-steps.ts'
import { share } from './line.ts'
import type { Body, BodyInfo } from './part-body.ts'
import { bodiesAfter, editsOf, unpackedHistory } from './part-history.ts'
import { slotsAtHand } from './part-slots.ts'

const PARTS = 6

/** The stored value, known on by the digest that the trace knows it by. */
export function restored<T extends Volume | Mask | Mesh>(
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
  if (!(await restorePart(data, state, store))) return
  const checks = state.checked ? await restoreChecks(data.bodies, POLICIES[state.policy], store) : []
  if (checks.length === data.bodies.length) data.setChecks(checks)
}

/** The bodies as they were left. False when one is lost: then the model is there as it was made. */
async function restorePart(data: CaseData, state: CaseState, store: CaseStore): Promise<boolean> {
  const part = unpackedHistory(state.part)
  const bodies = await bodiesOfInfos(data, bodiesAfter(editsOf(part)), store)
  if (!bodies) return false
  data.setPart(part, bodies)
  data.activeBody = bodies.some(({ id }) => id === state.activeBody) ? state.activeBody : null
  return true
}

/** The bodies that an edit left: meshes that are at hand are used again. Null when the vault does not have one of the others. */
export async function bodiesOfInfos(
  { base, bodies, part }: Pick<CaseData, 'base' | 'bodies' | 'part'>,
  infos: readonly BodyInfo[],
  store: Pick<CaseStore, 'read'>,
): Promise<readonly Body[] | null> {
  if (infos.length === 0) return base ? [base] : []
  const known = new Map([...slotsAtHand(base, bodies, part)].map(([mesh, slot]) => [slot, mesh]))
  const meshIn = async (slot: string): Promise<Mesh | null> => {
    const kept = known.has(slot) ? null : await store.read(slot)
    if (kept) known.set(slot, restored(kept, decodeMesh))
    return known.get(slot) ?? null
  }
  const found: Body[] = []
  for (const info of infos) {
    const [mesh, reference] = [await meshIn(info.mesh), await meshIn(info.reference)]
    if (!mesh || !reference) return null
    const { added = [], ...own } = info
    const marks: AddedMark[] = []
    for (const mark of added) {
      const faces = await meshIn(mark.faces)
      // Without them the mark counts as wall.
      if (faces) marks.push({ ...mark, faces })
    }
    found.push({ ...own, mesh, reference, ...(marks.length > 0 ? { added: marks } : {}) })
  }
  return found
}

/** The check of each body. One of before today's gates, or by other limits than today's, says nothing about them: it is made again. */
async function restoreChecks(bodies: readonly Body[], policy: Policy, store: CaseStore): Promise<readonly Checked[]> {
  const checks: Checked[] = []
  for (const { id } of bodies) {
    const kept = await store.read(findingsSlot(id, bodies.length))
    const check = kept ? decodeCheck(kept.bytes) : null
    const made = new Set(check?.findings.filter((found) => isUnder(found, policy)).map((found) => found.check))
    if (check && REQUIRED_CHECKS.every((gate) => made.has(gate))) checks.push(check)
  }
  return checks
}
