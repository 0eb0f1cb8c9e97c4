import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { PipelineError } from '../../src/core/errors.ts'
import type { Provider } from '../../src/infer/outcome.ts'

/** What ONNX Runtime may use in Node; the app asks for no more than it is given by the browser. */
export type Wanted = Pick<Provider, 'backend' | 'threads'>

/**
 * Makes ONNX Runtime's browser build run here as it does in a page: on several threads, and on a card through Dawn. To be called
 * before the first session. Errors: gpu/unavailable.
 */
export async function providerInNode({ backend, threads }: Wanted): Promise<Provider> {
  if (threads > 1) allowThreads()
  const adapter = backend === 'webgpu' ? await lendCard() : 'Node'
  return { backend, adapter, threads }
}

/**
 * For threads the runtime fetches its own script and starts workers from a blob of it. Node fetches no files and starts nothing
 * from blobs: it is given the file instead.
 */
function allowThreads(): void {
  const folder = dirname(createRequire(import.meta.url).resolve('onnxruntime-web/webgpu'))
  const script = pathToFileURL(join(folder, 'ort-wasm-simd-threaded.asyncify.mjs')).href
  const { fetch } = globalThis
  globalThis.fetch = (asked, init) =>
    String(asked).startsWith('file:')
      ? Promise.resolve(new Response(new Uint8Array(readFileSync(new URL(String(asked))))))
      : fetch(asked, init)
  URL.createObjectURL = () => script
}

/** Puts Dawn where a page has its graphics; gives the card's name. */
async function lendCard(): Promise<string> {
  const { dawn } = await import('./dawn.ts')
  // Dawn for Node takes no shared memory, where browsers do and the runtime's heap lies.
  const { writeBuffer } = GPUQueue.prototype
  GPUQueue.prototype.writeBuffer = function (buffer, offset, data, ...rest) {
    return writeBuffer.call(this, buffer, offset, ownBytes(data), ...rest)
  }
  Object.defineProperty(globalThis, 'navigator', { value: { gpu: dawn }, configurable: true })
  const adapter = await dawn.requestAdapter({ powerPreference: 'high-performance' })
  if (!adapter) throw new PipelineError('gpu/unavailable', 'No graphics adapter was found.')
  const { description, device, vendor } = adapter.info
  return description || `${vendor} ${device}`
}

function ownBytes(data: ArrayBufferView | GPUAllowSharedBufferSource): GPUAllowSharedBufferSource {
  if (!ArrayBuffer.isView(data)) return data
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength).slice()
}
