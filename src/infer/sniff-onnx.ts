import { PipelineError } from '../core/errors.ts'
import { fieldsOf, NotProtobuf, packedCount } from './protobuf.ts'

/** What an .onnx file says of itself, read without running it. */
export interface OnnxFacts {
  readonly irVersion: number
  /** Of the standard operators. */
  readonly opset: number
  /** Without the weights that old files list here too. */
  readonly inputs: readonly OnnxPort[]
  readonly outputs: readonly OnnxPort[]
  /** Kinds of operators, each once, in order of the alphabet. */
  readonly operators: readonly string[]
  /** Those that run on the processor only. */
  readonly notOnWebgpu: readonly string[]
}

export interface OnnxPort {
  readonly name: string
  /** Null where the file leaves the length open. */
  readonly dims: readonly (number | null)[]
}

interface OnnxNode {
  readonly op: string
  readonly inputs: readonly string[]
  /** Spatial axes of its kernel; null when it does not say. */
  readonly kernelAxes: number | null
}

interface Tensor {
  readonly name: string
  readonly axes: number
  readonly elsewhere: boolean
}

// Field numbers of onnx.proto3 (github.com/onnx/onnx, ONNX IR specification).
const MODEL = { irVersion: 1, graph: 7, opset: 8 } as const
const OPSET = { domain: 1, version: 2 } as const
const GRAPH = { node: 1, initializer: 5, input: 11, output: 12 } as const
const NODE = { input: 1, op: 4, attribute: 5 } as const
const ATTRIBUTE = { name: 1, ints: 8 } as const
const TENSOR = { dims: 1, name: 8, location: 14 } as const
const VALUE = { name: 1, type: 2 } as const
const ELSEWHERE = 1
const NEWEST_IR = 100
/** A file made to fill the memory has more; networks have some hundred nodes and five axes. */
const MOST_NODES = 50_000
const MOST_AXES = 16

/** Throws 'infer/not-onnx' for what is no ONNX file, is cut short, or keeps its weights in another file. */
export function sniffOnnx(file: Uint8Array): OnnxFacts {
  try {
    return readModel(file)
  } catch (error) {
    if (error instanceof NotProtobuf) throw notOnnx('It is not an ONNX file, or it is cut short.')
    throw error
  }
}

const notOnnx = (why: string) =>
  new PipelineError('infer/not-onnx', `This file cannot be used as a network. ${why} Export it as one .onnx file.`)

function readModel(file: Uint8Array): OnnxFacts {
  let irVersion = 0
  let opset = 0
  let graph: Uint8Array | null = null
  for (const { number, varint, bytes } of fieldsOf(file)) {
    if (number === MODEL.irVersion && varint !== null) irVersion = varint
    else if (number === MODEL.opset && bytes) opset = Math.max(opset, standardOpset(bytes))
    else if (number === MODEL.graph && bytes) graph = bytes
  }
  if (irVersion < 1 || irVersion > NEWEST_IR || opset < 1 || !graph) throw new NotProtobuf()
  return { irVersion, opset, ...readGraph(graph) }
}

function standardOpset(message: Uint8Array): number {
  let domain = ''
  let version = 0
  for (const { number, varint, bytes } of fieldsOf(message)) {
    if (number === OPSET.domain && bytes) domain = textOf(bytes)
    else if (number === OPSET.version && varint !== null) version = varint
  }
  return domain === '' || domain === 'ai.onnx' ? version : 0
}

function readGraph(graph: Uint8Array): Omit<OnnxFacts, 'irVersion' | 'opset'> {
  const nodes: OnnxNode[] = []
  const weights = new Map<string, Tensor>()
  const inputs: OnnxPort[] = []
  const outputs: OnnxPort[] = []
  for (const { number, bytes } of fieldsOf(graph)) {
    if (!bytes) continue
    if (nodes.length + weights.size + inputs.length + outputs.length > MOST_NODES) throw new NotProtobuf()
    if (number === GRAPH.node) nodes.push(readNode(bytes))
    else if (number === GRAPH.initializer) {
      const tensor = readTensor(bytes)
      weights.set(tensor.name, tensor)
    } else if (number === GRAPH.input) inputs.push(readPort(bytes))
    else if (number === GRAPH.output) outputs.push(readPort(bytes))
  }
  const fed = inputs.filter(({ name }) => !weights.has(name))
  if (nodes.length === 0 || fed.length === 0 || outputs.length === 0) throw new NotProtobuf()
  if ([...weights.values()].some(({ elsewhere }) => elsewhere)) throw notOnnx('It keeps its weights in a second file.')
  const operators = [...new Set(nodes.map(({ op }) => op))].sort()
  // No up-convolution in 3-D on WebGPU in ONNX Runtime (onnxruntime issues 28356, 32688).
  const upConvolves = nodes.some((node) => node.op === 'ConvTranspose' && axesOf(node, weights) >= 3)
  return { inputs: fed, outputs, operators, notOnWebgpu: upConvolves ? ['ConvTranspose'] : [] }
}

/** Spatial axes of a convolution: of its kernel, or of its weights less the two of channels. */
const axesOf = ({ kernelAxes, inputs }: OnnxNode, weights: ReadonlyMap<string, Tensor>) =>
  kernelAxes ?? (weights.get(inputs[1] ?? '')?.axes ?? 0) - 2

function readNode(message: Uint8Array): OnnxNode {
  let op = ''
  let kernelAxes: number | null = null
  const inputs: string[] = []
  for (const { number, bytes } of fieldsOf(message)) {
    if (!bytes) continue
    if (number === NODE.op) op = textOf(bytes)
    else if (number === NODE.input) inputs.push(textOf(bytes))
    else if (number === NODE.attribute) kernelAxes = kernelOf(bytes) ?? kernelAxes
  }
  if (op === '') throw new NotProtobuf()
  return { op, inputs, kernelAxes }
}

function kernelOf(attribute: Uint8Array): number | null {
  let name = ''
  let axes = 0
  for (const { number, varint, bytes } of fieldsOf(attribute)) {
    if (number === ATTRIBUTE.name && bytes) name = textOf(bytes)
    else if (number === ATTRIBUTE.ints) axes += varint !== null ? 1 : packedCount(bytes)
  }
  return name === 'kernel_shape' ? axes : null
}

function readTensor(message: Uint8Array): Tensor {
  let name = ''
  let axes = 0
  let elsewhere = false
  for (const { number, varint, bytes } of fieldsOf(message)) {
    if (number === TENSOR.dims) axes += varint !== null ? 1 : packedCount(bytes)
    else if (number === TENSOR.name && bytes) name = textOf(bytes)
    else if (number === TENSOR.location) elsewhere = varint === ELSEWHERE
  }
  return { name, axes, elsewhere }
}

/** ValueInfoProto: a name, and in type.tensor_type.shape.dim the lengths. */
function readPort(message: Uint8Array): OnnxPort {
  let name = ''
  const dims: (number | null)[] = []
  for (const { number, bytes } of fieldsOf(message)) {
    if (number === VALUE.name && bytes) name = textOf(bytes)
    else if (number === VALUE.type && bytes)
      for (const tensor of messagesOf(bytes, 1))
        for (const shape of messagesOf(tensor, 2)) for (const dim of messagesOf(shape, 1)) dims.push(lengthOf(dim))
    if (dims.length > MOST_AXES) throw new NotProtobuf()
  }
  return { name, dims }
}

function lengthOf(dim: Uint8Array): number | null {
  for (const { number, varint } of fieldsOf(dim)) if (number === 1 && varint !== null && varint > 0) return varint
  return null
}

function* messagesOf(message: Uint8Array, wanted: number): Generator<Uint8Array> {
  for (const { number, bytes } of fieldsOf(message)) if (number === wanted && bytes) yield bytes
}

const textOf = (bytes: Uint8Array) => new TextDecoder().decode(bytes)
