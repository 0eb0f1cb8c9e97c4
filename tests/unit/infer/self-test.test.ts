import { expect, test } from 'vitest'
import type { ModelCard } from '../../../src/infer/card.ts'
import type { Provider } from '../../../src/infer/outcome.ts'
import type { Network } from '../../../src/infer/run.ts'
import { answerOf, graphicsTest, phantomTile, readKnownAnswer, selfTest } from '../../../src/infer/self-test.ts'
import { openNetwork } from '../../../src/infer/session.io.ts'
import { knownAnswerBytes } from '../../support/known-answer.ts'
import { cardFor, thresholdNetwork } from '../../support/onnx-model.ts'

const WASM: Provider = { backend: 'wasm', adapter: 'the processor', threads: 1 }
const WEBGPU: Provider = { backend: 'webgpu', adapter: 'a graphics device', threads: 1 }
const NOW = () => new Date('2026-01-02T03:04:05Z')

/** Wrong in one voxel of `every`: as a kernel that misses the end of its workgroups. */
const wrongIn = (network: Network, every: number): Network => ({
  ...network,
  async run(tile, size) {
    const logits = await network.run(tile, size)
    for (let n = tile.length; n < logits.length; n += every) logits[n] = 5 - (logits[n] as number)
    return logits
  },
})

const onWasm = (weights: Uint8Array, card: ModelCard) => openNetwork(weights, card, WASM)

async function testWith(
  spoil: (network: Network) => Network,
  expected: (right: Uint8Array) => Uint8Array | null = () => null,
) {
  const weights = thresholdNetwork()
  const card = await cardFor(weights)
  const phantom = phantomTile(card)
  const network = await onWasm(weights, card)
  const right = (await answerOf(network, phantom)).winners
  const release = async () => {}
  const open = async (provider: Provider) => ({ ...(provider === WEBGPU ? spoil(network) : network), release })
  const known = { ...phantom, expected: expected(right) }
  const results = await selfTest(card, known, open, { wasm: WASM, webgpu: WEBGPU }, NOW)
  await network.release()
  return { results, right, card }
}

test('a graphics device that computes right may be used', async () => {
  const { results, right, card } = await testWith(
    (network) => network,
    (winners) => winners,
  )
  expect(right.some((winner) => winner === 1) && right.some((winner) => winner === 0)).toBe(true)
  const common = { modelSha256: card.weights.sha256, voxels: right.length, differing: 0, dice: 1, passed: true }
  const at = '2026-01-02T03:04:05.000Z'
  expect(results).toEqual([
    { ...common, provider: 'wasm', adapter: 'the processor', at },
    { ...common, provider: 'webgpu', adapter: 'a graphics device', at },
  ])
  expect(graphicsTest(results)).toBe(results[1])
})
test.each([
  ['some voxels', (network: Network) => wrongIn(network, 257)],
  [
    'zeros',
    (network: Network) => ({ ...network, run: async (tile: Float32Array) => new Float32Array(2 * tile.length) }),
  ],
  [
    'no numbers',
    (network: Network) => ({
      ...network,
      run: async (tile: Float32Array) => new Float32Array(2 * tile.length).fill(Number.NaN),
    }),
  ],
  ['an error', (network: Network) => ({ ...network, run: () => Promise.reject(new Error('device lost')) })],
])('a graphics device that gives wrong numbers without an error is off: %s', async (_what, spoil) => {
  const { results } = await testWith(spoil)
  expect(results.map(({ provider, passed }) => [provider, passed])).toEqual([
    ['wasm', true],
    ['webgpu', false],
  ])
  expect(results[1]?.differing).toBeGreaterThan(0)
  expect(graphicsTest(results)).toBeNull()
})
test('wrong numbers are seen where one class wins everywhere', async () => {
  const weights = thresholdNetwork()
  const card = await cardFor(weights)
  const dark = { ...phantomTile(card), tile: phantomTile(card).tile.map((v) => 0.4 * v) }
  const network = await onWasm(weights, card)
  const open = async (provider: Provider) => ({
    ...network,
    run: async (tile: Float32Array, size: readonly [number, number, number]) => {
      const logits = await network.run(tile, size)
      return provider === WEBGPU ? logits.map((v) => v / 10) : logits
    },
    release: async () => {},
  })
  const [wasm, webgpu] = await selfTest(card, dark, open, { wasm: WASM, webgpu: WEBGPU }, NOW)
  await network.release()
  expect(wasm?.passed).toBe(true)
  expect(webgpu).toMatchObject({ dice: 1, passed: false })
})
test('a processor that does not give the known answer fails', async () => {
  const { results } = await testWith(
    (network) => network,
    (winners) => winners.map((winner, n) => (n % 1000 === 0 ? 1 - winner : winner)),
  )
  expect(results[0]).toMatchObject({ provider: 'wasm', passed: false })
  expect(() => graphicsTest(results)).toThrow(expect.objectContaining({ code: 'infer/self-test' }))
})
test('a known answer is read, and refused when it is damaged', () => {
  const bytes = knownAnswerBytes()
  expect(readKnownAnswer(bytes)).toEqual({
    size: [3, 2, 1],
    tile: Float32Array.of(0, 0.5, 1, 1.5, 2, 2.5),
    expected: Uint8Array.of(0, 1, 2, 3, 4, 5),
  })
  const refuses = (damaged: Uint8Array) =>
    expect(() => readKnownAnswer(damaged)).toThrow(expect.objectContaining({ code: 'infer/self-test' }))
  refuses(bytes.slice(0, 49))
  refuses(new Uint8Array(10))
  refuses(bytes.map((b, n) => (n === 0 ? 81 : b)))
  refuses(bytes.map((b, n) => (n === 4 ? 2 : b)))
})
