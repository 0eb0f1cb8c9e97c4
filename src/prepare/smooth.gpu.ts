import type { Mesh } from '../core/types.ts'
import type { GpuContext } from '../gpu/context.gpu.ts'
import { requireFits } from '../gpu/device.gpu.ts'
import { type Job, runJob } from '../gpu/kernel.gpu.ts'
import { fromFixedPoint } from './fixed-point.ts'
import { planSmoothing, type SmoothParams, type SmoothPlan } from './smooth.ts'
import code from './smooth.wgsl?raw'

/** Under 100 ms on a software adapter. */
const VERTICES_AT_ONCE = 2 ** 16

/**
 * As smooth(), on the device, bit for bit. The rings are made on the CPU. Device memory: 64 bytes a vertex.
 * Errors: gpu/out-of-memory, gpu/device-lost.
 */
export function smoothGpu(mesh: Mesh, params: SmoothParams, ctx: GpuContext): Promise<Mesh> {
  return runJob(ctx, async (job) => {
    requireFits(ctx.device, { neighbours: mesh.indices.byteLength, positions: mesh.positions.byteLength })
    const plan = planSmoothing(mesh, params)
    const now = await halfSteps(job, plan, params.iterations, ctx)
    ctx.progress(1)
    return { positions: fromFixedPoint(now, plan.fixed, mesh.positions), indices: mesh.indices }
  })
}

/** There and back between two buffers. */
async function halfSteps(job: Job, plan: SmoothPlan, iterations: number, ctx: GpuContext): Promise<Int32Array> {
  const { STORAGE, COPY_SRC } = GPUBufferUsage
  const { values } = plan.fixed
  const fixedInputs = {
    1: await job.upload('ring start', plan.ringStart, STORAGE),
    2: await job.upload('neighbours', plan.neighbour, STORAGE),
    3: await job.upload('weights', Uint32Array.of(...plan.shrink, ...plan.grow), STORAGE),
    6: await job.upload('start', values, STORAGE),
  }
  const now = await job.upload('positions', values, STORAGE | COPY_SRC)
  const next = await job.buffer('positions after', values.byteLength, STORAGE)
  const { most, short, bits } = plan.reach
  for (let half = 0; half < 2 * iterations; half++) {
    const grows = half % 2
    const [before, after] = grows === 1 ? [next, now] : [now, next]
    await job.sweep(
      {
        code,
        entry: 'half_step',
        threads: values.length / 3,
        atOnce: VERTICES_AT_ONCE,
        uniform: 0,
        paramsOf: (first, end) => [first, end, (grows * plan.shrink.length) / 2, grows, most, short, bits, 0],
        resources: { ...fixedInputs, 4: before, 5: after },
      },
      (done) => ctx.progress((half + done) / (2 * iterations)),
    )
  }
  return new Int32Array(await job.read(now, values.byteLength))
}
