import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { seededRandom } from '../../src/core/random.ts'
import type { Provider } from '../../src/infer/outcome.ts'
import { parseCardFile } from '../../src/infer/parse-card.ts'
import { graphicsTest, type KnownAnswer, selfTest } from '../../src/infer/self-test.ts'
import { openNetwork } from '../../src/infer/session.io.ts'
import { providerInNode } from '../support/ort-node.ts'

// The whole known answer takes a software adapter a minute: a corner of that size shows every layer as well.
const EDGE = 16

const file = (name: string) => new Uint8Array(readFileSync(resolve('public', 'models', 'head-tissues', '1.0.0', name)))
const [card, weights] = [parseCardFile(file('card.json')), file('model.onnx')]
const wasm: Provider = { backend: 'wasm', adapter: 'Node', threads: 1 }

function block(): KnownAnswer {
  const random = seededRandom(3)
  return { size: [EDGE, EDGE, EDGE], tile: Float32Array.from({ length: EDGE ** 3 }, random), expected: null }
}

/** The activation of a convolution, as ONNX Runtime writes it. */
const RIGHT = 'value = max(value,'
const WRONG = 'value = 0.97 * max(value,'

test('the network that ships gives on WebGPU what it gives on the processor; a wrong kernel is caught', async () => {
  const webgpu = await providerInNode({ backend: 'webgpu', threads: 1 })
  const tested = () =>
    selfTest(
      card,
      block(),
      (provider) => openNetwork(weights, card, provider),
      { wasm, webgpu },
      () => new Date(0),
    )

  let planted = false
  const right = await tested()
  expect(right.map(({ provider, voxels }) => [provider, voxels])).toEqual([
    ['wasm', EDGE ** 3],
    ['webgpu', EDGE ** 3],
  ])
  expect(graphicsTest(right)?.differing).toBe(0)

  const { createShaderModule } = GPUDevice.prototype
  GPUDevice.prototype.createShaderModule = function (descriptor) {
    planted ||= descriptor.code.includes(RIGHT)
    return createShaderModule.call(this, { ...descriptor, code: descriptor.code.replaceAll(RIGHT, WRONG) })
  }
  try {
    const [, wrong] = await tested()
    expect([planted, wrong?.passed]).toEqual([true, false])
    expect(wrong?.dice).toBeGreaterThan(0)
  } finally {
    GPUDevice.prototype.createShaderModule = createShaderModule
  }
})
