import { expect, test } from 'vitest'
import type { Vec3 } from '../../../src/core/types.ts'
import { askedSlices, chooseSlices, isSoftware } from '../../../src/ui/viewer/slice-engine.ts'

const SIZE: Vec3 = [192, 192, 256]
const card = { renderer: 'ANGLE (NVIDIA, NVIDIA GeForce RTX 3060 Direct3D11 vs_5_0 ps_5_0, D3D11)', mostTexels3d: 2048 }
const swiftShader = {
  renderer: 'WebKit WebGL ANGLE (Google, Vulkan 1.3.0 (SwiftShader Device (Subzero) (0x0000C0DE)), SwiftShader driver)',
  mostTexels3d: 2048,
}

test.each([
  swiftShader.renderer,
  'ANGLE (Mesa, llvmpipe (LLVM 15.0.7, 256 bits), OpenGL 4.5)',
  'Mesa softpipe',
  'ANGLE (Microsoft, Microsoft Basic Render Driver Direct3D11 vs_5_0 ps_5_0, D3D11)',
  'Apple Software Renderer',
])('knows %s as software', (renderer) => {
  expect(isSoftware(renderer)).toBe(true)
})
test.each([
  card.renderer,
  'ANGLE (Apple, ANGLE Metal Renderer: Apple M2, Unspecified Version)',
  'Intel(R) HD Graphics 400, or similar',
  'Adreno (TM) 740',
  'Mali-G715',
  'ANGLE (Intel, Mesa Intel(R) UHD Graphics 620 (KBL GT2), OpenGL 4.6)',
])('knows %s as hardware', (renderer) => {
  expect(isSoftware(renderer)).toBe(false)
})

test('niivue on a graphics card, the processor elsewhere', () => {
  expect(chooseSlices(null, card, SIZE)).toBe('niivue')
  expect(chooseSlices(null, swiftShader, SIZE)).toBe('cpu')
  expect(chooseSlices(null, null, SIZE)).toBe('cpu')
})
test('an asked engine wins over the kind of adapter', () => {
  expect(chooseSlices('niivue', swiftShader, SIZE)).toBe('niivue')
  expect(chooseSlices('cpu', card, SIZE)).toBe('cpu')
})
test('an asked engine does not win over what the adapter cannot do', () => {
  expect(chooseSlices('niivue', null, SIZE)).toBe('cpu')
  expect(chooseSlices('niivue', { ...card, mostTexels3d: 255 }, SIZE)).toBe('cpu')
})
test('one side past the 3-D texture limit, or more than the memory held safe, is cut by the processor', () => {
  expect(chooseSlices(null, { ...card, mostTexels3d: 256 }, SIZE)).toBe('niivue')
  expect(chooseSlices(null, card, [64, 64, 2049])).toBe('cpu')
  expect(chooseSlices(null, card, [512, 512, 600])).toBe('niivue')
  expect(chooseSlices(null, card, [1024, 1024, 512])).toBe('cpu')
})
test('the address may ask for an engine', () => {
  expect(askedSlices('?slices=niivue')).toBe('niivue')
  expect(askedSlices('?a=1&slices=cpu')).toBe('cpu')
  expect(askedSlices('?slices=other')).toBeNull()
  expect(askedSlices('')).toBeNull()
})
