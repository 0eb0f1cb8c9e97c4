import { sha256 } from '../core/hash.ts'
import type { Mask } from '../core/types.ts'
import type { LabelChange, LabelSet } from '../segment/label-set.ts'
import { place } from '../segment/place.ts'
import { encodeMask } from '../vault/codec.ts'
import { maskDigest, maskDigestNow } from './digests.ts'
import { NO_RULES, type RuleParams, ruleParams } from './edit-rules.ts'
import type { KeptAsset, Step } from './pipeline.ts'

/** Where the vault keeps a label's voxels. */
export const labelSlot = (id: number | ''): string => `mask/${id}`

interface Placing {
  readonly set: LabelSet
  readonly proposed: Mask
  /** The voxels between rangeLowHu and rangeHighHu; null for all. */
  readonly within: Mask | null
}

export type PlaceParams = RuleParams & { readonly label: number }
/** `label` says what was done; the rules are those by which it was. */
export type RestoreParams = RuleParams & { readonly label: string }

/** Digest of one mask, or of a list of several. */
export async function digestOf(masks: readonly Mask[]): Promise<string> {
  const digests = await Promise.all(masks.map(maskDigestNow))
  const [only] = digests
  return only !== undefined && digests.length === 1 ? only : sha256(new TextEncoder().encode(digests.join('\n')))
}

/** Digest of what an edit left behind: that of the one mask it changed, else of the list of theirs. */
const changesDigest = (changes: readonly LabelChange[]) => digestOf(changes.map(({ mask }) => mask))

async function keepChanges(changes: readonly LabelChange[]): Promise<KeptAsset[]> {
  return Promise.all(
    changes.map(async ({ id, mask }) => ({
      role: 'mask' as const,
      slot: labelSlot(id),
      digest: await maskDigestNow(mask),
      ...encodeMask(mask),
    })),
  )
}

/** Puts what an edit proposes into the labels, by the rules the person chose; only this is kept. */
export const PLACE_STEP: Step<Placing, PlaceParams, LabelChange[]> = {
  spec: { name: 'place', version: 1, defaults: { label: 0, ...ruleParams(NO_RULES) } },
  run: async (_workers, { set, proposed, within }, { label, others }) => ({
    output: place(set, label, proposed, { others, within }),
    backend: 'cpu',
    adapter: 'JavaScript',
  }),
  inputDigests: async ({ set, proposed }) =>
    Promise.all([...set.labels.map(({ mask }) => maskDigest(mask)), maskDigest(proposed)]),
  outputDigest: changesDigest,
  keep: keepChanges,
}

/** The masks of `to` that are not those of `from`. */
export function changesBetween(from: LabelSet, to: LabelSet): LabelChange[] {
  const before = new Map(from.labels.map((label) => [label.id, label.mask]))
  return to.labels.filter(({ id, mask }) => before.get(id) !== mask).map(({ id, mask }) => ({ id, mask }))
}

/** Several labels at once, or the labels of another moment (undo and redo), become the current ones. */
export const RESTORE_STEP: Step<{ from: LabelSet; to: LabelSet }, RestoreParams, LabelChange[]> = {
  spec: { name: 'restore', version: 3, defaults: { label: '', ...ruleParams(NO_RULES) } },
  run: async (_workers, { from, to }) => ({ output: changesBetween(from, to), backend: 'cpu', adapter: 'JavaScript' }),
  inputDigests: ({ from }) => Promise.all(from.labels.map(({ mask }) => maskDigest(mask))),
  outputDigest: changesDigest,
  keep: keepChanges,
}
