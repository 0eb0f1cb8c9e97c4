import { subContext } from '../core/pace.ts'
import type { Context } from '../core/stage.ts'
import type { Mask } from '../core/types.ts'
import { type Ranked, structureCertainty } from '../infer/structure-certainty.ts'
import { labelsToMask } from './labels.ts'
import { type UncertainRegion, uncertainRegions } from './uncertain-regions.ts'

/** One structure of what a network made. */
export interface AiStructure {
  readonly mask: Mask
  /** The voxels of its unsure regions. */
  readonly unsure: Mask
  readonly regions: readonly UncertainRegion[]
  /** How sure each voxel is in it or out of it, 0 to 255 for 0 to 1. */
  readonly certainty: Uint8Array
}

/** A structure of these channels, and where it is unsure; `filmMm` as uncertainRegions(). Errors: app/bad-parameter, AbortError. */
export function aiStructure(ranked: Ranked, channels: readonly number[], filmMm: number, ctx: Context): AiStructure {
  const mask = labelsToMask(ranked.labels, channels, subContext(ctx, 0, 0.2))
  const certainty = structureCertainty(ranked, channels)
  const { regions, mask: unsure } = uncertainRegions(mask, certainty, filmMm, subContext(ctx, 0.2, 1))
  return { mask, unsure, regions, certainty }
}
