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

/** Parameters that a person writes, by stage: recipes and bundles leave the vault, and what somebody wrote could name a patient. */
const OWN_WORDS: Readonly<Record<string, readonly string[]>> = {
  scale: ['reason'],
  mirror: ['signedBy'],
  'review-region': ['text', 'by'],
  'second-reader': ['first', 'who', 'reason'],
  export: ['accepted'],
}

/** What a stage was told, less what a person wrote. */
export function withoutOwnWords(stage: string, params: JsonValue): JsonValue {
  const written = OWN_WORDS[stage]
  if (!written || typeof params !== 'object' || params === null || Array.isArray(params)) return params
  return Object.fromEntries(Object.entries(params).filter(([key]) => !written.includes(key)))
}

/**
 * The replayable part of a trace. Same scan, same parameters, same results: same recipe. What a person wrote in own words stays in
 * the sealed trace.
 */
export function recipeOf(entries: readonly TraceEntry[]): Recipe {
  return {
    format: 'proofprint-recipe/1',
    steps: entries.map(({ stage, version, params, inputDigests, outputDigest }) => ({
      stage,
      version,
      params: withoutOwnWords(stage, params),
      inputDigests,
      outputDigest,
    })),
  }
}
