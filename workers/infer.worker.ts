import './trusted-types.ts'
import './wire.ts'
import { expose, transfer } from 'comlink'
import { PipelineError } from '../src/core/errors.ts'
import type { LabelMap, Volume } from '../src/core/types.ts'
import { agreementOf } from '../src/evidence/agreement.ts'
import { openDevice } from '../src/gpu/device.gpu.ts'
import type { ModelCard } from '../src/infer/card.ts'
import type { Outcome, Provider } from '../src/infer/outcome.ts'
import { runModel } from '../src/infer/run.ts'
import { scopeFeatures } from '../src/infer/scope-features.ts'
import { phantomTile, readKnownAnswer, type SelfTest, selfTest } from '../src/infer/self-test.ts'
import { type OpenNetwork, openNetwork, wasmProvider } from '../src/infer/session.io.ts'
import { type ProgressListener, workerContext } from './context.ts'

let held: { readonly sha256: string; readonly network: OpenNetwork } | null = null

/** A graphics device that is one, looked for once; null where there is none: a software adapter is slower than WASM. */
let graphics: Promise<Provider | null> | null = null

async function findGraphics(): Promise<Provider | null> {
  if (!('gpu' in navigator)) return null
  const opened = await openDevice(navigator.gpu).catch(() => null)
  opened?.device.destroy()
  return opened && !opened.isFallback ? { ...wasmProvider(), backend: 'webgpu', adapter: opened.adapterName } : null
}

function graphicsProvider(): Promise<Provider | null> {
  graphics ??= findGraphics()
  return graphics
}

/** The graphics device when this network passed its self-test on it, else the processor. */
async function providerFor(card: ModelCard, wanted: Provider['backend'], tested: SelfTest | null): Promise<Provider> {
  const webgpu = wanted === 'webgpu' && tested?.passed === true ? await graphicsProvider() : null
  const isTested = tested?.modelSha256 === card.weights.sha256 && tested.adapter === webgpu?.adapter
  return webgpu !== null && tested?.provider === 'webgpu' && isTested ? webgpu : wasmProvider()
}

/** Networks. A run cannot be aborted: the page ends this worker on cancel, and loads again before the next run. */
const api = {
  /**
   * Makes this network the one held, on the graphics device when that is wanted, is a real one and passed `tested`; else on
   * the processor. Says where. Errors: as openNetwork().
   */
  async load(
    weights: Uint8Array,
    card: ModelCard,
    wanted: Provider['backend'],
    tested: SelfTest | null,
  ): Promise<Provider> {
    const provider = await providerFor(card, wanted, tested)
    const isHeld = held?.sha256 === card.weights.sha256 && held.network.provider.backend === provider.backend
    if (isHeld) return provider
    await held?.network.release()
    held = null
    held = { sha256: card.weights.sha256, network: await openNetwork(weights, card, provider) }
    return provider
  },

  /** The scan through the network that is held. Errors: as runModel(), app/worker-lost when it is not held. */
  async run(
    volume: Volume,
    card: ModelCard,
    limitBytes: number,
    signal: AbortSignal,
    onProgress: ProgressListener,
  ): Promise<Outcome> {
    if (held?.sha256 !== card.weights.sha256) {
      throw new PipelineError('app/worker-lost', 'The network is no longer loaded. Run the step again.')
    }
    const ctx = workerContext(signal, onProgress)
    const { structures } = card.output
    const judge = {
      measure: (members: readonly LabelMap[]) => agreementOf(members, structures, { ...ctx, progress: () => {} }),
      features: (labels: LabelMap) => scopeFeatures(labels, structures),
    }
    const outcome = await runModel(volume, card, held.network, limitBytes, ctx, judge)
    const { labels, certainty, second, secondCertainty } = outcome
    return transfer(
      outcome,
      [labels.labels, certainty, second, secondCertainty].map(({ buffer }) => buffer as ArrayBuffer),
    )
  },

  /**
   * The known-answer test of a network on this device, the processor first; `stored` is its self-test.bin, null for a network
   * that brings none. Leaves the held network as it is. Errors: as openNetwork(), infer/self-test, infer/broken-output.
   */
  async selfTest(weights: Uint8Array, card: ModelCard, stored: Uint8Array | null): Promise<SelfTest[]> {
    const known = stored === null ? phantomTile(card) : readKnownAnswer(stored)
    const providers = { wasm: wasmProvider(), webgpu: await graphicsProvider() }
    const open = (provider: Provider) => openNetwork(weights, card, provider)
    return selfTest(card, known, open, providers, () => new Date())
  },
}

export type InferApi = typeof api

expose(api)
