import { afterEach, expect, test } from 'vitest'
import { PipelineError } from '../../src/core/errors.ts'
import { IDLE_CONTEXT } from '../../src/core/stage.ts'
import type { GpuContext } from '../../src/gpu/context.gpu.ts'
import { type OpenedDevice, onDevice } from '../../src/gpu/device.gpu.ts'
import { DeviceKeeper } from '../../src/gpu/keeper.gpu.ts'
import { runJob } from '../../src/gpu/kernel.gpu.ts'
import { openDawn } from '../support/dawn.ts'

const devices: OpenedDevice[] = []
let gone = 0
const open = async () => {
  const opened = await openDawn()
  devices.push(opened)
  return opened
}
const keep = () => {
  gone = 0
  return new DeviceKeeper(open, () => {
    gone++
  })
}

afterEach(async () => {
  for (const { device } of devices.splice(0)) {
    device.destroy()
    await device.lost
  }
})

/** A round trip over the device that loses it in the middle the first `losses` times. */
function lossyStep(losses: number) {
  let runs = 0
  const step = (ctx: GpuContext) =>
    runJob(ctx, async (job) => {
      const buffer = await job.upload('data', Uint32Array.of(7, 8, 9), GPUBufferUsage.COPY_SRC)
      if (runs++ < losses) ctx.device.destroy()
      return [...new Uint32Array(await job.read(buffer, 12))]
    })
  return { step, runs: () => runs }
}

test('a device is opened once and used again', async () => {
  const keeper = keep()
  const { step } = lossyStep(0)
  expect(await keeper.run(IDLE_CONTEXT, step)).toEqual([7, 8, 9])
  expect(await keeper.run(IDLE_CONTEXT, step)).toEqual([7, 8, 9])
  expect(devices).toHaveLength(1)
  expect(gone).toBe(0)
})

test('lost in the middle of a step: opened again, what lay on it forgotten once, the step run once more', async () => {
  const keeper = keep()
  const { step, runs } = lossyStep(1)
  expect(await keeper.run(IDLE_CONTEXT, step)).toEqual([7, 8, 9])
  expect(runs()).toBe(2)
  expect(devices).toHaveLength(2)
  expect(gone).toBe(1)
})

test('lost twice: an error with a name, and the next step gets a new device', async () => {
  const keeper = keep()
  const { step, runs } = lossyStep(2)
  await expect(keeper.run(IDLE_CONTEXT, step)).rejects.toMatchObject({ code: 'gpu/device-lost' })
  expect(runs()).toBe(2)
  expect(await keeper.run(IDLE_CONTEXT, step)).toEqual([7, 8, 9])
  expect(devices).toHaveLength(3)
})

test('lost between two steps: the next one opens another device', async () => {
  const keeper = keep()
  const { step } = lossyStep(0)
  await keeper.run(IDLE_CONTEXT, step)
  devices[0]?.device.destroy()
  await devices[0]?.device.lost
  expect(await keeper.run(IDLE_CONTEXT, step)).toEqual([7, 8, 9])
  expect(devices).toHaveLength(2)
  expect(gone).toBe(1)
})

test('any other error of a step is not tried again', async () => {
  const keeper = keep()
  let runs = 0
  const step = (ctx: GpuContext) =>
    onDevice(ctx, async () => {
      runs++
      throw new PipelineError('surface/empty', 'Nothing.')
    })
  await expect(keeper.run(IDLE_CONTEXT, step)).rejects.toMatchObject({ code: 'surface/empty' })
  expect(runs).toBe(1)
})

test('no device: an error with a name, asked for again the next time', async () => {
  let asked = 0
  const keeper = new DeviceKeeper(
    () => {
      asked++
      return Promise.reject(new PipelineError('gpu/unavailable', 'None.'))
    },
    () => {},
  )
  await expect(keeper.device()).rejects.toMatchObject({ code: 'gpu/unavailable' })
  await expect(keeper.device()).rejects.toMatchObject({ code: 'gpu/unavailable' })
  expect(asked).toBe(2)
})

test('closed: what lay on it is forgotten', async () => {
  const keeper = keep()
  await keeper.device()
  await keeper.close()
  await keeper.close()
  expect(gone).toBe(1)
})
