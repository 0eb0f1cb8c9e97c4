import { expect, test } from 'vitest'
import { IDLE_CONTEXT } from '../../../src/core/stage.ts'
import type { ModelCard } from '../../../src/infer/card.ts'
import type { Provider } from '../../../src/infer/outcome.ts'
import { runModel } from '../../../src/infer/run.ts'
import { openNetwork } from '../../../src/infer/session.io.ts'
import { networkCard } from '../../support/network-cards.ts'
import { NO_JUDGE } from '../../support/networks.ts'
import { cardFor, convNetwork, thresholdNetwork } from '../../support/onnx-model.ts'
import { gridOf, volumeOf } from '../../support/phantoms.ts'
import { node, OUTPUT_PORT, port, TINY_INPUT, tinyOnnx } from '../../support/tiny-onnx.ts'

const WASM: Provider = { backend: 'wasm', adapter: 'a test', threads: 1 }

async function refused(weights: Uint8Array, code: string, over: Partial<ModelCard> = {}) {
  await expect(openNetwork(weights, await cardFor(weights, over), WASM)).rejects.toMatchObject({ code })
}

test('a real ONNX network in the run: thresholds a turned scan, voxel for voxel', async () => {
  const weights = thresholdNetwork()
  const card = await cardFor(weights)
  const network = await openNetwork(weights, card, WASM)
  const grid = gridOf([30, 20, 24], [1, 1, 1], { direction: [0, 0, -1, 1, 0, 0, 0, 1, 0] })
  const volume = volumeOf(grid, (i, j, k) => (i * 7 + j * 13 + k * 29) % 101)
  const { labels, provider } = await runModel(volume, card, network, 2 ** 30, IDLE_CONTEXT, NO_JUDGE)
  await network.release()
  expect(labels.labels).toEqual(Uint8Array.from(volume.data, (v) => (v > 50 ? 1 : 0)))
  expect(provider).toEqual(WASM)
})

test('the last axis of the tensor is x of the buffer', async () => {
  // Weight on the next voxel along the file's last axis only: index 14 of 27 is (z, y, x) = (1, 1, 2).
  const kernel = Array.from({ length: 27 }, (_, n) => (n === 14 ? 1 : 0))
  const weights = convNetwork({ weights: [...kernel.map(() => 0), ...kernel], bias: [0, 0], edge: 3, dilation: 1 })
  const network = await openNetwork(weights, await cardFor(weights), WASM)
  const tile = Float32Array.from({ length: 4 * 5 * 6 }, (_, n) => n)
  const logits = await network.run(tile, [4, 5, 6])
  await network.release()
  for (const n of [0, 9, 57, 118]) expect(logits[tile.length + n]).toBe(n + 1)
  expect(logits[tile.length + 3]).toBe(0)
})

test('weights that are not those of the card are refused before they are read', async () => {
  const weights = thresholdNetwork()
  const card = await cardFor(weights)
  weights[weights.length - 1] = 1 + (weights[weights.length - 1] as number)
  await expect(openNetwork(weights, card, WASM)).rejects.toMatchObject({ code: 'infer/changed-weights' })
})

test('what is no network, or uses an operator that nobody knows', async () => {
  await refused(new Uint8Array(100).fill(7), 'infer/not-onnx')
  await refused(new Uint8Array(0), 'infer/not-onnx')
  await refused(thresholdNetwork().slice(0, 60), 'infer/not-onnx')
  const strange = tinyOnnx({ nodes: [node('Frobnicate', [TINY_INPUT], OUTPUT_PORT)] })
  await refused(strange, 'infer/unsupported-operator')
})

test.each([
  ['input', { input: { ...networkCard().input, name: 'image' } }],
  ['output', { output: { ...networkCard().output, name: 'classes' } }],
  ['number of labels', { output: { ...networkCard().output, labels: ['background', 'a', 'b'] } }],
])('another %s than the card says', async (_what, over) => {
  await refused(thresholdNetwork(), 'infer/wrong-interface', over)
})

test('a network saved for one size says so when it gets another', async () => {
  const weights = tinyOnnx({
    nodes: [node('Relu', ['input'], 'logits')],
    weights: [],
    inputs: [port('input', [1, 1, 8, 8, 8])],
    outputs: [port('logits', [1, 1, 8, 8, 8])],
  })
  const card = await cardFor(weights, { output: { ...networkCard().output, labels: ['only'] } })
  const network = await openNetwork(weights, card, WASM)
  expect(await network.run(new Float32Array(512).fill(2), [8, 8, 8])).toHaveLength(512)
  await expect(network.run(new Float32Array(64), [4, 4, 4])).rejects.toMatchObject({ code: 'infer/wrong-interface' })
  await network.release()
})
