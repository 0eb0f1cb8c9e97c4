import { afterAll, beforeAll, expect, test } from 'vitest'
import { IDLE_CONTEXT } from '../../src/core/stage.ts'
import type { GpuContext } from '../../src/gpu/context.gpu.ts'
import { fits, type OpenedDevice } from '../../src/gpu/device.gpu.ts'
import { createBuffer, PIECE_BYTES, pipelineOf, runJob } from '../../src/gpu/kernel.gpu.ts'
import { closeDawn, openDawn } from '../support/dawn.ts'

const NUMBER_THREADS = `
@group(0) @binding(0) var<storage, read_write> numbers: array<u32>;
@compute @workgroup_size(64)
fn number(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let n = id.y * groups.x * 64u + id.x;
  if (n < arrayLength(&numbers)) { numbers[n] += n + 1u; }
}`

let opened: OpenedDevice
let ctx: GpuContext
beforeAll(async () => {
  opened = await openDawn()
  ctx = { ...IDLE_CONTEXT, device: opened.device }
})
afterAll(() => closeDawn(opened.device))

test('the device says what it is and offers more than the default binding', () => {
  expect(opened.adapterName).not.toBe('')
  expect(opened.isFallback).toBe(/swiftshader|llvmpipe/i.test(opened.adapterName))
  expect(opened.device.limits.maxStorageBufferBindingSize).toBeGreaterThan(2 ** 27)
})

test('more threads than one axis of groups holds: each runs once', async () => {
  const count = 65_535 * 64 + 1000
  const numbers = await runJob(ctx, async (job) => {
    const buffer = await job.buffer('numbers', count * 4, GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC)
    const pipeline = await pipelineOf(job.device, NUMBER_THREADS, 'number')
    await job.submit('numbers', (encoder) => job.dispatch(encoder, pipeline, { 0: buffer }, count))
    return new Uint32Array(await job.read(buffer, count * 4))
  })
  expect(numbers.findIndex((value, n) => value !== n + 1)).toBe(-1)
})

test('writes and reads longer than a piece come back whole', async () => {
  const data = Uint32Array.from({ length: PIECE_BYTES / 4 + 12_345 }, (_, n) => n * 3)
  const back = await runJob(ctx, async (job) => {
    const buffer = await job.upload('data', data, GPUBufferUsage.COPY_SRC)
    return new Uint32Array(await job.read(buffer, data.byteLength))
  })
  expect(Buffer.compare(new Uint8Array(back.buffer), new Uint8Array(data.buffer))).toBe(0)
})

test('a pipeline is compiled once a device', async () => {
  const first = await pipelineOf(opened.device, NUMBER_THREADS, 'number')
  expect(await pipelineOf(opened.device, NUMBER_THREADS, 'number')).toBe(first)
})

test('what does not fit is refused before the driver is asked', async () => {
  const most = opened.device.limits.maxStorageBufferBindingSize
  expect(fits(opened.device, 1, most)).toBe(true)
  expect(fits(opened.device, 1, most + 1)).toBe(false)
  await expect(createBuffer(opened.device, 'huge', most + 4, GPUBufferUsage.STORAGE)).rejects.toMatchObject({
    code: 'gpu/out-of-memory',
  })
})

test('a mistake in a driver is an error, not a result of zeros', async () => {
  const wrong = runJob(ctx, async (job) => {
    const buffer = await job.buffer('numbers', 64, GPUBufferUsage.COPY_SRC)
    const pipeline = await pipelineOf(job.device, NUMBER_THREADS, 'number')
    await job.submit('numbers', (encoder) => job.dispatch(encoder, pipeline, { 0: buffer }, 16))
  })
  await expect(wrong).rejects.toThrow(/usage/i)
})
