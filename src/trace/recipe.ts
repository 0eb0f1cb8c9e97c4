import type { JsonValue } from '../core/json.ts'
import type { TraceEntry } from './chain.ts'

export type RecipeStep = {
  readonly stage: string
  readonly version: number
  readonly params: JsonValue
  readonly inputDigests: readonly string[]
  readonly outputDigest: string
}

/** The part of a trace that can be run again and compared: what was done to what, not when, where or how fast. */
export type Recipe = { readonly format: 'proofprint-recipe/1'; readonly steps: readonly RecipeStep[] }

/** The replayable part of a trace. Same scan, same parameters, same results: same recipe. */
export function recipeOf(entries: readonly TraceEntry[]): Recipe {
  return {
    format: 'proofprint-recipe/1',
    steps: entries.map(({ stage, version, params, inputDigests, outputDigest }) => ({
      stage,
      version,
      params,
      inputDigests,
      outputDigest,
    })),
  }
}
