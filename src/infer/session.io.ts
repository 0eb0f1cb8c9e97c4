import * as ort from 'onnxruntime-web/webgpu'
import { PipelineError } from '../core/errors.ts'
import { sha256 } from '../core/hash.ts'
import type { Vec3 } from '../core/types.ts'
import type { ModelCard } from './card.ts'
import type { Provider } from './outcome.ts'
import type { Network } from './run.ts'

const MOST_THREADS = 4

/** Threads that ONNX Runtime may start here: they share memory, which only an isolated page may. */
export const inferThreads = (): number =>
  globalThis.crossOriginIsolated === true ? Math.min(MOST_THREADS, navigator.hardwareConcurrency) : 1

/** The processor as a provider. */
export const wasmProvider = (): Provider => ({
  backend: 'wasm',
  adapter: `ONNX Runtime ${ort.env.versions.common}`,
  threads: inferThreads(),
})

/** A network that holds memory until it is released. */
export interface OpenNetwork extends Network {
  release(): Promise<void>
}

/**
 * Makes a session from the bytes of an .onnx file whose digest is that of its card. Only WASM and the native WebGPU
 * provider are ever asked: the older JSEP gave zeros for 3-D convolutions (onnxruntime issue 32357).
 * Errors: infer/changed-weights before anything is read, infer/not-onnx, infer/unsupported-operator, infer/wrong-interface.
 */
export async function openNetwork(weights: Uint8Array, card: ModelCard, provider: Provider): Promise<OpenNetwork> {
  if (weights.length !== card.weights.bytes || (await sha256(weights)) !== card.weights.sha256) throw changedWeights()
  ort.env.wasm.numThreads = provider.threads
  ort.env.logLevel = 'error'
  const session = await ort.InferenceSession.create(weights, {
    executionProviders: [provider.backend],
    logSeverityLevel: 3,
  }).catch(refuse)
  try {
    requireInterface(session, card)
  } catch (error) {
    await session.release()
    throw error
  }
  return {
    provider,
    run: (tile, size) => runTile(session, card, tile, size),
    release: () => session.release(),
  }
}

const changedWeights = () =>
  new PipelineError(
    'infer/changed-weights',
    'The weights are not those that the card describes: their digest differs. Take the file that the card was written for.',
  )

/** Names what ONNX Runtime says when it makes no session of a file. */
function refuse(cause: unknown): never {
  const said = cause instanceof Error ? cause.message : String(cause)
  const unknown =
    /No Op registered for (\w+)|Could not find an implementation for (\w+)|(\w+) is not a registered/.exec(said)
  if (unknown) {
    const operator = unknown[1] ?? unknown[2] ?? unknown[3] ?? ''
    throw new PipelineError(
      'infer/unsupported-operator',
      `The network uses the operator ${operator}, which cannot run here. Export it again without it.`,
      { operator },
      { cause },
    )
  }
  throw new PipelineError(
    'infer/not-onnx',
    'This file cannot be used as a network: ONNX Runtime does not read it. Export it as one .onnx file.',
    {},
    { cause },
  )
}

/** Throws infer/wrong-interface unless the session takes and gives what the card says. */
function requireInterface(session: ort.InferenceSession, { input, output }: ModelCard): void {
  if (session.inputNames.length !== 1) throw wrongInterface('It takes more than one input.')
  requirePort(session.inputMetadata, input.name, 1)
  requirePort(session.outputMetadata, output.name, output.labels.length)
}

function requirePort(ports: readonly ort.InferenceSession.ValueMetadata[], name: string, channels: number): void {
  const found = ports.find((port) => port.name === name)
  if (!found) throw wrongInterface(`It has "${ports.map((port) => port.name).join('", "')}" and no "${name}".`)
  if (!found.isTensor || found.type !== 'float32') throw wrongInterface(`"${name}" is not of single-precision numbers.`)
  const { shape } = found
  const isOf = (at: number, wanted: number) => typeof shape[at] !== 'number' || shape[at] === wanted
  if (shape.length === 5 && isOf(0, 1) && isOf(1, channels)) return
  throw wrongInterface(`"${name}" is [${shape.join(', ')}] and not [1, ${channels}, z, y, x].`)
}

const wrongInterface = (why: string) =>
  new PipelineError('infer/wrong-interface', `The network is not as its card says. ${why} Correct the card.`)

async function runTile(
  session: ort.InferenceSession,
  { input, output }: ModelCard,
  tile: Float32Array,
  size: Vec3,
): Promise<Float32Array> {
  const dims = [1, 1, size[2], size[1], size[0]]
  requireLengths(session.inputMetadata, dims)
  const fed = new ort.Tensor('float32', tile, dims)
  const given = (await session.run({ [input.name]: fed }, [output.name]).catch(failed))[output.name]
  if (given?.data instanceof Float32Array && given.data.length === output.labels.length * tile.length) return given.data
  throw wrongInterface(`"${output.name}" came out as [${given?.dims.join(', ')}] for [${dims.join(', ')}].`)
}

/** A network that was saved for one size takes no other. */
function requireLengths([port]: readonly ort.InferenceSession.ValueMetadata[], dims: readonly number[]): void {
  const shape = port?.isTensor ? port.shape : []
  if (dims.every((length, at) => typeof shape[at] !== 'number' || shape[at] === length)) return
  throw wrongInterface(`It takes [${shape.join(', ')}] only, and was given [${dims.join(', ')}].`)
}

function failed(cause: unknown): never {
  const said = cause instanceof Error ? cause.message : String(cause)
  if (cause instanceof RangeError || /bad_alloc|out of memory|overflow|allocat/i.test(said)) {
    throw new PipelineError(
      'infer/too-large',
      'The memory was too small for a tile of this network. Close other tabs, or set a lower limit so that tiles are smaller.',
      {},
      { cause },
    )
  }
  throw new PipelineError(
    'infer/broken-output',
    'The network stopped with an error. Nothing was kept. Run it on the processor, or choose another network.',
    {},
    { cause },
  )
}
