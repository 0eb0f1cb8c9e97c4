import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { lpsToIjk } from '../../src/core/affine.ts'
import { hasVoxel } from '../../src/core/mask.ts'
import { IDLE_CONTEXT } from '../../src/core/stage.ts'
import type { Mask, Volume } from '../../src/core/types.ts'
import type { GpuContext } from '../../src/gpu/context.gpu.ts'
import type { OpenedDevice } from '../../src/gpu/device.gpu.ts'
import { componentsGpu } from '../../src/segment/components.gpu.ts'
import { componentOf, components, type Labelling } from '../../src/segment/components.ts'
import { fillHolesGpu } from '../../src/segment/fill-holes.gpu.ts'
import { fillHoles } from '../../src/segment/fill-holes.ts'
import { islandsGpu, splitIslandsGpu } from '../../src/segment/islands.gpu.ts'
import { ISLANDS, type IslandsParams, islands, splitIslands } from '../../src/segment/islands.ts'
import { threshold } from '../../src/segment/threshold.ts'
import { closeDawn, openDawn } from '../support/dawn.ts'
import { fingerprint } from '../support/fingerprint.ts'
import { floodLabels } from '../support/flood.ts'
import { describeKernel, hugeMask } from '../support/kernel.ts'
import { eachVoxel, setVoxel } from '../support/masks.ts'
import { snake, spiral } from '../support/paths.ts'
import { gridOf, maskOf, randomMask } from '../support/phantoms.ts'

const insideOf = (volume: Volume) => threshold(volume, { lowHu: 0, highHu: 32767 }, IDLE_CONTEXT)
const NEIGHBOURS = [4, 6, 18, 26] as const

for (const neighbours of NEIGHBOURS) {
  describeKernel<Mask, Labelling>({
    name: `components, ${neighbours} neighbours`,
    inputOf: insideOf,
    cpu: (mask, ctx) => components(mask, neighbours, ctx),
    gpu: (mask, ctx) => componentsGpu(mask, neighbours, ctx),
    tooLarge: hugeMask(),
    refusal: 'gpu/out-of-memory',
  })
}

for (const params of [
  { keep: 'largest', count: 2 },
  { keep: 'above', minMm3: 20 },
  { keep: 'not-largest' },
] as const satisfies Partial<IslandsParams>[]) {
  const all: IslandsParams = { ...ISLANDS.defaults, ...params }
  describeKernel<Mask, Mask>({
    name: `islands, ${params.keep}`,
    inputOf: insideOf,
    cpu: (mask, ctx) => islands(mask, all, ctx),
    gpu: (mask, ctx) => islandsGpu(mask, all, ctx),
    tooLarge: hugeMask(),
    refusal: 'gpu/out-of-memory',
  })
}

for (const mode of ['volume', 'slices'] as const) {
  describeKernel<Mask, Mask>({
    name: `fill holes by ${mode}`,
    inputOf: insideOf,
    cpu: (mask, ctx) => fillHoles(mask, { mode, maxMm3: 4 }, ctx),
    gpu: (mask, ctx) => fillHolesGpu(mask, { mode, maxMm3: 4 }, ctx),
    tooLarge: hugeMask(),
    refusal: 'gpu/out-of-memory',
  })
}

describe('components of hard masks', () => {
  let opened: OpenedDevice
  let ctx: GpuContext
  beforeAll(async () => {
    opened = await openDawn()
    ctx = { ...IDLE_CONTEXT, device: opened.device }
  })
  afterAll(() => closeDawn(opened.device))

  const parity = async (mask: Mask, steps?: number) => {
    for (const neighbours of NEIGHBOURS) {
      const found = await componentsGpu(mask, neighbours, ctx, steps)
      expect(fingerprint(found)).toEqual(fingerprint(components(mask, neighbours, IDLE_CONTEXT)))
    }
  }

  test.each([0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1])('random bits, %d set', (chance) =>
    parity(randomMask(gridOf([97, 41, 33]), 21, chance)),
  )

  test.each([
    ['a snake', snake([65, 33, 35])],
    ['a spiral', spiral([95, 93, 11])],
    ['a spiral in one slice', spiral([211, 213, 1])],
    ['a checkerboard', maskOf(gridOf([66, 40, 30]), (i, j, k) => (i + j + k) % 2 === 0)],
    ['upright sheets joined at one end', maskOf(gridOf([65, 40, 40]), (i, j) => j % 2 === 0 || i === 64)],
  ])('%s', (_, mask) => parity(mask))

  test('a snake cut in two', async () => {
    const cut = snake([65, 33, 35])
    setVoxel(cut, 31, 16, 16)
    const whole = await componentsGpu(cut, 6, ctx)
    expect(whole.count).toBe(1)
    const words = cut.words.slice()
    const at = (16 * 33 + 16) * 3
    words[at] = (words[at] as number) & 0x7fffffff
    expect((await componentsGpu({ grid: cut.grid, words }, 26, ctx)).count).toBe(2)
    await parity({ grid: cut.grid, words })
  })

  test('several dispatches of every pass', () => parity(randomMask(gridOf([40, 512, 600]), 3, 0.02)))

  test.each([1, 2, 5])('what the device gives up after %i steps is finished on the CPU', async (steps) => {
    await parity(randomMask(gridOf([97, 41, 33]), 22, 0.5), steps)
    await parity(spiral([95, 93, 11]), steps)
  })

  test.each(NEIGHBOURS)('%i neighbours: the numbers of a flood fill', async (neighbours) => {
    const mask = randomMask(gridOf([67, 9, 8]), 23, 0.35)
    const found = await componentsGpu(mask, neighbours, ctx)
    const truth = floodLabels(mask, neighbours)
    expect(found.count).toBe(truth.count)
    eachVoxel(mask.grid, (i, j, k) => {
      expect(componentOf(found, [i, j, k])).toBe(truth.labels[i + 67 * (j + 9 * k)])
    })
  })

  test('islands by click: kept, and dropped', async () => {
    const mask = randomMask(gridOf([67, 9, 8], [0.5, 1, 2]), 24, 0.2)
    for (const keep of ['clicked', 'not-clicked'] as const) {
      const params = { ...ISLANDS.defaults, keep, seedLps: [9, 4, 6] } as const
      const kept = await islandsGpu(mask, params, ctx)
      expect(fingerprint(kept)).toEqual(fingerprint(islands(mask, params, IDLE_CONTEXT)))
    }
    expect(hasVoxel(mask, ...lpsToIjk(mask.grid, [9, 4, 6]))).toBe(false)
  })

  test('more runs than the device can bind are refused with the bytes', async () => {
    const { device } = await openDawn()
    Object.defineProperty(device, 'limits', {
      value: { ...limitsOf(device), maxStorageBufferBindingSize: 2 ** 16 },
    })
    await expect(
      componentsGpu(randomMask(gridOf([320, 40, 40]), 5), 6, { ...IDLE_CONTEXT, device }),
    ).rejects.toMatchObject({ code: 'gpu/out-of-memory', detail: { label: 'runs', available: 2 ** 16 } })
    await closeDawn(device)
  })
})

const limitsOf = ({ limits }: GPUDevice) => ({
  maxBufferSize: limits.maxBufferSize,
  minStorageBufferOffsetAlignment: limits.minStorageBufferOffsetAlignment,
})

describeKernel<Mask, Mask[]>({
  name: 'islands, each a mask',
  inputOf: (volume) => threshold(volume, { lowHu: 0, highHu: 32767 }, IDLE_CONTEXT),
  cpu: (mask, ctx) => splitIslands(mask, { minMm3: 2, most: 9 }, ctx),
  gpu: (mask, ctx) => splitIslandsGpu(mask, { minMm3: 2, most: 9 }, ctx),
  tooLarge: hugeMask(),
  refusal: 'gpu/out-of-memory',
})
