import { type TransferHandler, transferHandlers } from 'comlink'
import { type ErrorCode, type ErrorDetail, PipelineError } from '../src/core/errors.ts'

// Import once on each side of the border. Comlink copies only {name, message, stack} of an Error,
// and hands only top-level arguments to transfer handlers: never nest a signal inside an options object.

type Thrown = { value: unknown }
type PipelineWire = { pipeline: { code: ErrorCode; message: string; detail: ErrorDetail } }
const isPipelineWire = (w: unknown): w is PipelineWire => typeof w === 'object' && w !== null && 'pipeline' in w

const base = transferHandlers.get('throw') as TransferHandler<Thrown, unknown>
const thrown: TransferHandler<Thrown, unknown> = {
  canHandle: base.canHandle,
  serialize(t) {
    const e = t.value
    if (!(e instanceof PipelineError)) return base.serialize(t)
    return [{ pipeline: { code: e.code, message: e.message, detail: e.detail } } satisfies PipelineWire, []]
  },
  deserialize(wire) {
    if (!isPipelineWire(wire)) return base.deserialize(wire)
    throw new PipelineError(wire.pipeline.code, wire.pipeline.message, wire.pipeline.detail)
  },
}
transferHandlers.set('throw', thrown)

/** A copy of the caller's signal that aborts when the original does (the reason is not copied). */
const abortSignal: TransferHandler<AbortSignal, MessagePort> = {
  canHandle: (v): v is AbortSignal => v instanceof AbortSignal,
  serialize(signal) {
    const { port1, port2 } = new MessageChannel()
    const relay = () => port1.postMessage(null)
    if (signal.aborted) relay()
    else signal.addEventListener('abort', relay, { once: true })
    return [port2, [port2]]
  },
  deserialize(port) {
    const controller = new AbortController()
    port.onmessage = () => {
      controller.abort()
      port.close()
    }
    return controller.signal
  },
}
transferHandlers.set('abort-signal', abortSignal)
