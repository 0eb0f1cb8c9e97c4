import { existsSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { sniffOnnx } from '../../../src/infer/sniff-onnx.ts'
import { node, OUTPUT_PORT, port, TINY_INPUT, tinyOnnx, weights } from '../../support/tiny-onnx.ts'

const refused = (bytes: Uint8Array) =>
  expect(() => sniffOnnx(bytes)).toThrowError(expect.objectContaining({ code: 'infer/not-onnx' }))

test('names, lengths and operators are read', () => {
  expect(sniffOnnx(tinyOnnx())).toEqual({
    irVersion: 8,
    opset: 17,
    inputs: [{ name: TINY_INPUT, dims: [1, 1, 64, 64, 64] }],
    outputs: [{ name: OUTPUT_PORT, dims: [1, 3, 64, 64, 64] }],
    operators: ['Conv', 'Relu'],
    notOnWebgpu: [],
  })
  const open = sniffOnnx(tinyOnnx({ inputs: [port('x', [1, 1, null, null, null]), port('w', [3, 1, 3, 3, 3])] }))
  expect(open.inputs).toEqual([{ name: 'x', dims: [1, 1, null, null, null] }])
})

test('an up-convolution in 3-D is named as one that the graphics card cannot run, one in 2-D is not', () => {
  const up = (kernel: number[], dims: number[]) =>
    sniffOnnx(
      tinyOnnx({
        nodes: [node('ConvTranspose', [TINY_INPUT, 'w'], OUTPUT_PORT, kernel)],
        weights: [weights('w', dims)],
      }),
    ).notOnWebgpu
  expect(up([2, 2, 2], [1, 3, 2, 2, 2])).toEqual(['ConvTranspose'])
  expect(up([], [1, 3, 2, 2, 2])).toEqual(['ConvTranspose'])
  expect(up([2, 2], [1, 3, 2, 2])).toEqual([])
})

// Attack 'hostile-network-file' of the red-team register.
test('what is no network is refused', () => {
  const whole = tinyOnnx()
  refused(new Uint8Array())
  refused(new TextEncoder().encode('{"format":"proofprint-model/1"}'))
  refused(Uint8Array.from([0x50, 0x4b, 3, 4, 20, 0, 0, 0]))
  refused(whole.subarray(0, whole.length - 9))
  refused(tinyOnnx({ nodes: [] }))
  refused(tinyOnnx({ inputs: [] }))
  refused(tinyOnnx({ outputs: [] }))
  refused(tinyOnnx({ weights: [weights('w', [3, 1, 3, 3, 3], true)] }))
})

const MESHNET = '../shared/models/model5_gw_ae.onnx'
if (existsSync(MESHNET))
  test('a network of others: its ports as its readme says', () => {
    const facts = sniffOnnx(readFileSync(MESHNET))
    expect(facts.inputs.map(({ name }) => name)).toEqual(['input'])
    expect(facts.outputs.map(({ name }) => name)).toEqual(['logits'])
    expect(facts.operators).toContain('Conv')
    expect(facts.notOnWebgpu).toEqual([])
  })
