import { sha256 } from '../../src/core/hash.ts'
import type { ModelCard } from '../../src/infer/card.ts'
import { networkCard } from './network-cards.ts'
import { field, message, port, tinyOnnx } from './tiny-onnx.ts'

// Networks that run: convolutions with their weights, lengths along z, y and x left open.

const INTS = 7
const FLOAT = 1

/** A list of whole numbers of a node. */
const list = (name: string, values: readonly number[]) =>
  field(5, message(field(1, name), ...values.map((value) => field(8, value)), field(20, INTS)))

const floats = (name: string, dims: readonly number[], values: readonly number[]) =>
  message(
    ...dims.map((d) => field(1, d)),
    field(2, FLOAT),
    field(8, name),
    field(9, new Uint8Array(Float32Array.from(values).buffer)),
  )

interface Layer {
  /** By output channel, input channel, then z, y, x: the file's order. */
  readonly weights: readonly number[]
  readonly bias: readonly number[]
  /** Odd edge length of the kernel; padded so that lengths stay. */
  readonly edge: number
  readonly dilation: number
}

/** A 3-D convolution from `inputs` channels to as many as it has biases. */
function conv(layer: Layer, inputs: number, from: string, to: string) {
  const { weights, bias, edge, dilation } = layer
  const along = (n: number, times = 3) => Array.from({ length: times }, () => n)
  const node = message(
    field(1, from),
    field(1, `${to}.w`),
    field(1, `${to}.b`),
    field(2, to),
    field(4, 'Conv'),
    list('kernel_shape', along(edge)),
    list('dilations', along(dilation)),
    list('pads', along(((edge - 1) / 2) * dilation, 6)),
  )
  const tensors = [
    floats(`${to}.w`, [bias.length, inputs, edge, edge, edge], weights),
    floats(`${to}.b`, [bias.length], bias),
  ]
  return { node, tensors }
}

/** One convolution, from one channel, as an .onnx file with ports 'input' and 'logits'. */
export function convNetwork(layer: Layer): Uint8Array<ArrayBuffer> {
  const { node, tensors } = conv(layer, 1, 'input', 'logits')
  const open = [null, null, null]
  return tinyOnnx({
    nodes: [node],
    weights: tensors,
    inputs: [port('input', [1, 1, ...open])],
    outputs: [port('logits', [1, layer.bias.length, ...open])],
  })
}

/** A network that marks what lies above half of the range, voxel by voxel: logits 0 and 40 (x - 0.5). */
export const thresholdNetwork = () => convNetwork({ weights: [0, 40], bias: [0, -20], edge: 1, dilation: 1 })

/** The card with the digest and length of these weights. */
export async function cardFor(weights: Uint8Array, over: Partial<ModelCard> = {}): Promise<ModelCard> {
  return networkCard({ weights: { sha256: await sha256(weights), bytes: weights.length }, ...over })
}
