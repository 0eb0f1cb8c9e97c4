import type { Mesh } from '../core/types.ts'
import type { GpuContext } from '../gpu/context.gpu.ts'
import { requireFits } from '../gpu/device.gpu.ts'
import { runJob } from '../gpu/kernel.gpu.ts'
import code from './normals.wgsl?raw'
import { ringsOf } from './rings.ts'

/** Under 100 ms on a software adapter. */
const VERTICES_AT_ONCE = 2 ** 15

/**
 * As vertexNormals(), on the device, in float32: components within 1e-6, times how much the triangle normals of the vertex
 * cancel each other. The rings are made on the CPU. Device memory: 28 bytes a vertex and 24 a triangle. Errors: gpu/out-of-memory, gpu/device-lost.
 */
export function vertexNormalsGpu({ positions, indices }: Mesh, ctx: GpuContext): Promise<Float32Array> {
  return runJob(ctx, async (job) => {
    const bytes = positions.byteLength
    requireFits(ctx.device, { indices: indices.byteLength, normals: bytes })
    const rings = ringsOf(indices, positions.length / 3)
    const { STORAGE, COPY_SRC } = GPUBufferUsage
    const bits = new Uint32Array(positions.buffer, positions.byteOffset, positions.length)
    const normals = await job.buffer('normals', bytes, STORAGE | COPY_SRC)
    await job.sweep(
      {
        code,
        entry: 'vertex_normals',
        threads: positions.length / 3,
        atOnce: VERTICES_AT_ONCE,
        uniform: 0,
        paramsOf: (first, end) => [first, end, 0, 0],
        resources: {
          1: await job.upload('ring start', rings.start, STORAGE),
          2: await job.upload('corners', rings.corner, STORAGE),
          3: await job.upload('indices', indices, STORAGE),
          4: await job.upload('positions', bits, STORAGE),
          5: normals,
        },
      },
      (done) => ctx.progress(done),
    )
    return new Float32Array(await job.read(normals, bytes))
  })
}
