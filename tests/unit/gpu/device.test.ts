import { expect, test } from 'vitest'
import { openDevice } from '../../../src/gpu/device.gpu.ts'
import { groupsFor } from '../../../src/gpu/kernel.gpu.ts'

const LIMITS = { maxBufferSize: 2 ** 33, maxStorageBufferBindingSize: 2 ** 28 }
const INFO = { vendor: 'acme', architecture: 'anvil', device: '', description: '', isFallbackAdapter: false }

/** A GPU that offers one adapter, which records what is asked of it. */
function fakeGpu(info: Partial<GPUAdapterInfo> = {}, asked: GPUDeviceDescriptor[] = [], features: string[] = []): GPU {
  const adapter = {
    limits: LIMITS,
    features: new Set(features),
    info: { ...INFO, ...info },
    requestDevice: async (descriptor: GPUDeviceDescriptor) => {
      asked.push(descriptor)
      return {}
    },
  }
  return { requestAdapter: async () => adapter } as unknown as GPU
}

test('asks for what the adapter offers, but not beyond what kernels address', async () => {
  const asked: GPUDeviceDescriptor[] = []
  await openDevice(fakeGpu({}, asked))
  expect(asked[0]?.requiredLimits).toEqual({ maxBufferSize: 2 ** 32 - 4, maxStorageBufferBindingSize: 2 ** 28 })
})

test('asks for timestamps where there are some, and only there', async () => {
  const asked: GPUDeviceDescriptor[] = []
  await openDevice(fakeGpu({}, asked))
  await openDevice(fakeGpu({}, asked, ['timestamp-query', 'shader-f16']))
  expect(asked.map((descriptor) => descriptor.requiredFeatures)).toEqual([[], ['timestamp-query']])
})

test('a software adapter is known by its flag and by its name', async () => {
  expect(await openDevice(fakeGpu())).toMatchObject({ adapterName: 'acme anvil', isFallback: false })
  expect(await openDevice(fakeGpu({ isFallbackAdapter: true }))).toMatchObject({ isFallback: true })
  expect(await openDevice(fakeGpu({ description: 'llvmpipe (LLVM 19)' }))).toMatchObject({ isFallback: true })
})

test('no adapter, or one that gives no device, is an error with a name', async () => {
  const none = { requestAdapter: async () => null } as unknown as GPU
  await expect(openDevice(none)).rejects.toMatchObject({ code: 'gpu/unavailable' })
  const refusing = {
    limits: LIMITS,
    info: INFO,
    features: new Set(),
    requestDevice: () => Promise.reject(new TypeError('limit')),
  }
  const gpu = { requestAdapter: async () => refusing } as unknown as GPU
  await expect(openDevice(gpu)).rejects.toMatchObject({ code: 'gpu/unavailable' })
})

test.each([
  [0, 1, 1],
  [1, 1, 1],
  [64, 1, 1],
  [65, 2, 1],
  [65_535 * 64, 65_535, 1],
  [65_535 * 64 + 1, 65_535, 2],
  [300_000_000, 65_535, 72],
])('%i threads take %i x %i groups', (threads, x, y) => {
  expect(groupsFor(threads)).toEqual([x, y])
  expect(x * y * 64).toBeGreaterThanOrEqual(threads)
})
