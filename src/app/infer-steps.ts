import { digestBytes, digestLabels, sha256 } from '../core/hash.ts'
import type { Volume } from '../core/types.ts'
import type { ModelCard } from '../infer/card.ts'
import type { Outcome, Provider } from '../infer/outcome.ts'
import { DEFAULT_LIMIT_BYTES } from '../infer/plan.ts'
import type { SelfTest } from '../infer/self-test.ts'
import type { Ranked } from '../infer/structure-certainty.ts'
import { volumeDigest } from './digests.ts'
import type { Step } from './pipeline.ts'
import { keepNothing, listener } from './step-parts.ts'

/** A network as the page holds it. */
export interface LoadedModel {
  readonly card: ModelCard
  readonly weights: Uint8Array
}

export interface InferInput extends LoadedModel {
  readonly volume: Volume
  readonly wanted: Provider['backend']
  /** What the graphics device of this machine did with this network; null when nobody tried: then it runs on the processor. */
  readonly tested: SelfTest | null
}

export type InferParams = {
  readonly model: string
  readonly version: string
  readonly sha256: string
  readonly members: number
  readonly limitBytes: number
}

/** What a run is written down with: all from the card but the limit. */
export const inferParams = (card: ModelCard, limitBytes = DEFAULT_LIMIT_BYTES): InferParams => ({
  model: card.id,
  version: card.version,
  sha256: card.weights.sha256,
  members: card.members.length,
  limitBytes,
})

const joined = (digests: readonly string[]) => sha256(new TextEncoder().encode(digests.join('\n')))

/** Digest of the likeliest two channels and how likely they are. */
export const outcomeDigest = async ({ labels, certainty, second, secondCertainty }: Ranked): Promise<string> =>
  joined([
    await digestLabels(labels),
    ...(await Promise.all([certainty, second, secondCertainty].map((bytes) => digestBytes(bytes)))),
  ])

/** A scan through a network, in a worker that a cancel ends at once: the network is loaded when it is not there. */
export const INFER_STEP: Step<InferInput, InferParams, Outcome> = {
  spec: {
    name: 'infer',
    version: 1,
    defaults: { model: '', version: '', sha256: '', members: 1, limitBytes: DEFAULT_LIMIT_BYTES },
  },
  run: async ({ infer }, { volume, card, weights, wanted, tested }, { limitBytes }, ctx) => {
    const { signal } = ctx
    await infer.call((api) => api.load(weights, card, wanted, tested), signal)
    const output = await infer.call((api) => api.run(volume, card, limitBytes, signal, listener(ctx)), signal)
    return { output, backend: output.provider.backend, adapter: output.provider.adapter }
  },
  inputDigests: async ({ volume, card }) => [await volumeDigest(volume), card.weights.sha256],
  outputDigest: outcomeDigest,
  keep: keepNothing,
}

/** A network and its known answer (self-test.bin), null when it brings none. */
export interface SelfTestInput extends LoadedModel {
  readonly stored: Uint8Array | null
}

export type SelfTestParams = { readonly model: string; readonly version: string; readonly sha256: string }

/** The known-answer test of a network on this device; written down where the last provider ran. */
export const SELF_TEST_STEP: Step<SelfTestInput, SelfTestParams, SelfTest[]> = {
  spec: { name: 'self-test', version: 1, defaults: { model: '', version: '', sha256: '' } },
  run: async ({ infer }, { weights, card, stored }, _params, { signal }) => {
    const output = await infer.call((api) => api.selfTest(weights, card, stored), signal)
    const last = output[output.length - 1]
    return { output, backend: last?.provider ?? 'wasm', adapter: last?.adapter ?? '' }
  },
  inputDigests: async ({ card, stored }) => [card.weights.sha256, ...(stored ? [await digestBytes(stored)] : [])],
  outputDigest: async (tests) => sha256(new TextEncoder().encode(JSON.stringify(tests))),
  keep: keepNothing,
}
