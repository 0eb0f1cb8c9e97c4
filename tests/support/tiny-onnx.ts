import { concatBytes, utf8 } from '../../src/core/bytes.ts'

// Just enough of an ONNX writer for files that are looked at and not run: onnx.proto3 by its field numbers.

export const TINY_INPUT = 'scan'
export const OUTPUT_PORT = 'tissues'
export const TINY_LABELS = 3

function varint(value: number): Uint8Array {
  const bytes: number[] = []
  let rest = value
  while (rest >= 128) {
    bytes.push((rest % 128) + 128)
    rest = Math.floor(rest / 128)
  }
  return Uint8Array.from([...bytes, rest])
}

/** A field of a message: a whole number, or bytes. */
export const field = (number: number, value: number | Uint8Array | string): Uint8Array => {
  if (typeof value === 'number') return concatBytes(varint(number * 8), varint(value))
  const bytes = typeof value === 'string' ? utf8(value) : value
  return concatBytes(varint(number * 8 + 2), varint(bytes.length), bytes)
}

export const message = (...fields: readonly Uint8Array[]) => concatBytes(...fields)

const dim = (length: number | null) => field(1, length === null ? field(2, 'open') : field(1, length))
export const port = (name: string, dims: readonly (number | null)[]) =>
  message(field(1, name), field(2, field(1, message(field(1, 1), field(2, message(...dims.map(dim)))))))

export const node = (op: string, inputs: readonly string[], output: string, kernel: readonly number[] = []) =>
  message(
    ...inputs.map((name) => field(1, name)),
    field(2, output),
    field(4, op),
    ...(kernel.length > 0 ? [field(5, message(field(1, 'kernel_shape'), ...kernel.map((k) => field(8, k))))] : []),
  )

/** Weights of this shape, all zero; `elsewhere` says they lie in another file. */
export const weights = (name: string, dims: readonly number[], elsewhere = false) =>
  message(
    ...dims.map((d) => field(1, d)),
    field(2, 1),
    field(8, name),
    elsewhere ? field(14, 1) : field(9, new Uint8Array(4 * dims.reduce((a, b) => a * b, 1))),
  )

export interface TinyParts {
  readonly nodes: readonly Uint8Array[]
  readonly weights: readonly Uint8Array[]
  readonly inputs: readonly Uint8Array[]
  readonly outputs: readonly Uint8Array[]
}

const PLAIN: TinyParts = {
  nodes: [node('Conv', [TINY_INPUT, 'w'], 'a', [3, 3, 3]), node('Relu', ['a'], OUTPUT_PORT)],
  weights: [weights('w', [TINY_LABELS, 1, 3, 3, 3])],
  inputs: [port(TINY_INPUT, [1, 1, 64, 64, 64])],
  outputs: [port(OUTPUT_PORT, [1, TINY_LABELS, 64, 64, 64])],
}

/** A file of one convolution in 3-D, or with other parts. */
export function tinyOnnx(parts: Partial<TinyParts> = {}): Uint8Array<ArrayBuffer> {
  const { nodes, weights: tensors, inputs, outputs } = { ...PLAIN, ...parts }
  const graph = message(
    ...nodes.map((one) => field(1, one)),
    field(2, 'tiny'),
    ...tensors.map((one) => field(5, one)),
    ...inputs.map((one) => field(11, one)),
    ...outputs.map((one) => field(12, one)),
  )
  return concatBytes(field(1, 8), field(2, 'test'), field(7, graph), field(8, field(2, 17)))
}
