import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ErrorCode, PipelineError } from '../../src/core/errors.ts'
import { type Context, IDLE_CONTEXT } from '../../src/core/stage.ts'
import type { Mask, Vec3, Volume } from '../../src/core/types.ts'
import type { GpuContext } from '../../src/gpu/context.gpu.ts'
import type { OpenedDevice } from '../../src/gpu/device.gpu.ts'
import { closeDawn, openDawn } from './dawn.ts'
import { fingerprint } from './fingerprint.ts'
import { ballVolume, gridOf, gyroidVolume, randomVolume, volumeOf } from './phantoms.ts'

/** What the common suite needs to know of a kernel. */
export interface Kernel<In, Out> {
  readonly name: string
  /** The kernel's input from a scan whose real values >= 0 are inside. */
  inputOf(volume: Volume): In | Promise<In>
  cpu(input: In, ctx: Context): Out | Promise<Out>
  /** The whole driver, its uploads included. */
  gpu(input: In, ctx: GpuContext): Promise<Out>
  /** Throws unless the device's result is good enough. Default: equal to the bit. */
  compare?(actual: Out, expected: Out): void
  /** An input too large for any device, its arrays empty: refused before anything is made. */
  readonly tooLarge: In
  readonly refusal: ErrorCode
}

const single = (size: Vec3, at: Vec3) =>
  volumeOf(gridOf(size), (i, j, k) => (i === at[0] && j === at[1] && k === at[2] ? 50 : -50))

const PHANTOMS: Readonly<Record<string, () => Volume>> = {
  'a ball': () => ballVolume(gridOf([40, 36, 30], [1, 1.2, 1.5]), [19, 21, 22], 14),
  'a ball cut by the border': () => ballVolume(gridOf([24, 24, 24]), [12, 12, 0], 15),
  'a gyroid': () => gyroidVolume(48),
  'nothing inside': () => volumeOf(gridOf([40, 9, 7]), () => -100),
  'everything inside': () => volumeOf(gridOf([40, 9, 7]), () => 100),
  'one voxel': () => single([50, 11, 9], [32, 5, 4]),
  'one voxel in a corner': () => single([33, 6, 5], [32, 5, 4]),
  'a volume of one voxel': () => volumeOf(gridOf([1, 1, 1]), () => 3),
  'slope below 0': () => ({ ...randomVolume(gridOf([45, 8, 6]), 7), slope: -0.5, intercept: 3 }),
  'a left-handed grid': () =>
    ballVolume(gridOf([20, 20, 20], [1, 1, 1], { direction: [1, 0, 0, 0, 1, 0, 0, 0, -1] }), [10, 10, 10], 6),
}

/** No multiples of 32 voxels or of a workgroup, and just beside them. */
const SIZES: readonly Vec3[] = [
  [31, 5, 3],
  [32, 3, 5],
  [33, 7, 2],
  [64, 8, 8],
  [65, 1, 9],
  [97, 13, 11],
]

const sameBytes = (actual: unknown, expected: unknown) => expect(fingerprint(actual)).toEqual(fingerprint(expected))

type Outcome<Out> = { readonly value: Out } | { readonly code: ErrorCode }

async function outcomeOf<Out>(work: () => Out | Promise<Out>): Promise<Outcome<Out>> {
  try {
    return { value: await work() }
  } catch (error) {
    if (error instanceof PipelineError) return { code: error.code }
    throw error
  }
}

/** The suite every kernel passes: same result as its CPU twin, the same bytes twice, and named failures. */
export function describeKernel<In, Out>(kernel: Kernel<In, Out>): void {
  describe(kernel.name, () => {
    let opened: OpenedDevice
    let ctx: GpuContext
    beforeAll(async () => {
      opened = await openDawn()
      ctx = { ...IDLE_CONTEXT, device: opened.device }
    })
    afterAll(() => closeDawn(opened.device))

    const compare = kernel.compare ?? sameBytes
    const parity = async (volume: Volume) => {
      const input = await kernel.inputOf(volume)
      const actual = await outcomeOf(() => kernel.gpu(input, ctx))
      const expected = await outcomeOf(() => kernel.cpu(input, IDLE_CONTEXT))
      if ('value' in actual && 'value' in expected) compare(actual.value, expected.value)
      else expect(actual).toEqual(expected)
    }

    test.each(Object.entries(PHANTOMS))('%s: as on the CPU', (_, make) => parity(make()))
    test.each(SIZES)('%i x %i x %i: as on the CPU', (...size) => parity(randomVolume(gridOf(size), size[0])))
    test.each([11, 12, 13])('random volume, seed %i: as on the CPU', (seed) =>
      parity(randomVolume(gridOf([30 + seed, seed, 40 - seed]), seed)),
    )

    test('the same input twice gives the same bytes', async () => {
      const input = await kernel.inputOf(randomVolume(gridOf([70, 20, 9]), 5))
      sameBytes(await kernel.gpu(input, ctx), await kernel.gpu(input, ctx))
    })

    test('an input that does not fit is refused before anything is made', async () => {
      const refused = await kernel.gpu(kernel.tooLarge, ctx).catch((error: unknown) => error)
      expect(refused).toMatchObject({ code: kernel.refusal })
      const { bytes, available } = (refused as PipelineError).detail
      if (kernel.refusal === 'gpu/out-of-memory') expect(bytes).toBeGreaterThan(available as number)
    })

    test('cancelled before the start and half-way; the device still works', async () => {
      const volume = randomVolume(gridOf([70, 20, 9]), 6)
      const input = await kernel.inputOf(volume)
      await expect(kernel.gpu(input, { ...ctx, signal: AbortSignal.abort() })).rejects.toMatchObject({
        name: 'AbortError',
      })
      const controller = new AbortController()
      const progress = () => controller.abort()
      await expect(kernel.gpu(input, { ...ctx, signal: controller.signal, progress })).rejects.toMatchObject({
        name: 'AbortError',
      })
      await parity(volume)
    })

    test('a device lost half-way, or before, is an error with a name', async () => {
      const { device } = await openDawn()
      const input = await kernel.inputOf(randomVolume(gridOf([70, 20, 9]), 6))
      const progress = () => device.destroy()
      await expect(kernel.gpu(input, { ...IDLE_CONTEXT, device, progress })).rejects.toMatchObject({
        code: 'gpu/device-lost',
      })
      await expect(kernel.gpu(input, { ...IDLE_CONTEXT, device })).rejects.toMatchObject({ code: 'gpu/device-lost' })
    })
  })
}

/** A scan of 64 Gvoxel without its voxels. */
export function hugeVolume(): Volume {
  return { ...volumeOf(gridOf([1, 1, 1]), () => 0), grid: gridOf([4096, 4096, 4096]), data: new Int16Array(0) }
}

/** Its mask, without its words. */
export function hugeMask(): Mask {
  return { grid: hugeVolume().grid, words: new Uint32Array(0) }
}
