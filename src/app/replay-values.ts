import { countVoxels } from '../core/mask.ts'
import type { Context } from '../core/stage.ts'
import type { Mask, Mesh, Volume } from '../core/types.ts'
import type { Ranked } from '../infer/structure-certainty.ts'
import { combine } from '../segment/logic.ts'
import type { Difference, MadeKind } from '../trace/replay-result.ts'
import type { Checked } from './check-codec.ts'
import { heldReference } from './queries.ts'
import { listener } from './step-parts.ts'
import type { Workers } from './workers.ts'

/** What steps of a trace take and make, by kind. */
export interface ReplayValues {
  readonly volume: Volume
  readonly mask: Mask
  readonly masks: readonly Mask[]
  readonly mesh: Mesh
  readonly meshes: readonly Mesh[]
  readonly outcome: Ranked
  readonly check: Checked
  readonly file: null
}
export type ReplayValue = {
  [Kind in keyof ReplayValues]: { readonly kind: Kind; readonly value: ReplayValues[Kind] }
}[keyof ReplayValues]

/** A list of one is known by the digest of that one. */
export const masksValue = (masks: readonly Mask[]): ReplayValue => {
  const [only] = masks
  return only && masks.length === 1 ? { kind: 'mask', value: only } : { kind: 'masks', value: masks }
}

/** As masksValue. */
export const meshesValue = (meshes: readonly Mesh[]): ReplayValue => {
  const [only] = meshes
  return only && meshes.length === 1 ? { kind: 'mesh', value: only } : { kind: 'meshes', value: meshes }
}

const KINDS: Readonly<Record<ReplayValue['kind'], MadeKind>> = {
  volume: 'volume',
  mask: 'mask',
  masks: 'mask',
  mesh: 'mesh',
  meshes: 'mesh',
  outcome: 'other',
  check: 'check',
  file: 'file',
}

export const madeKind = ({ kind }: ReplayValue): MadeKind => KINDS[kind]

const UNKNOWN: Difference = { voxels: null, largestMm: null, meanMm: null }

/** How far what was made now is from what was recorded; null where the two cannot be measured against each other. */
export async function differenceOf(
  workers: Workers,
  now: ReplayValue,
  recorded: ReplayValue,
  ctx: Context,
): Promise<Difference | null> {
  if (now.kind === 'mask' && recorded.kind === 'mask') {
    return { ...UNKNOWN, voxels: countVoxels(combine(now.value, recorded.value, 'xor')) }
  }
  if (now.kind !== 'mesh' || recorded.kind !== 'mesh') return null
  if (now.value.indices.length === 0 || recorded.value.indices.length === 0) return null
  return surfaceDifference(workers, now.value, recorded.value, ctx)
}

/** Both ways, every vertex and triangle centre of both. The use of the part is no matter: no places are asked for. */
async function surfaceDifference(workers: Workers, now: Mesh, recorded: Mesh, ctx: Context): Promise<Difference> {
  const { signal } = ctx
  const digest = await heldReference(workers, recorded, signal)
  const { toReference, fromReference } = await workers.measure.call(
    (api) => api.deviation(now, digest, 'teaching', signal, listener(ctx)),
    signal,
  )
  return {
    voxels: null,
    largestMm: Math.max(toReference.maxMm, fromReference.maxMm),
    meanMm: Math.max(toReference.meanMm, fromReference.meanMm),
  }
}
