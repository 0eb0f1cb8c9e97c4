import { voxelCount } from '../../src/core/affine.ts'
import type { Volume } from '../../src/core/types.ts'
import type { GpuContext } from '../../src/gpu/context.gpu.ts'
import type { GpuVolume } from '../../src/gpu/volume.gpu.ts'
import { thresholdGpu } from '../../src/segment/threshold.gpu.ts'
import { marchingCubesGpu } from '../../src/surface/marching-cubes.gpu.ts'

export interface Given {
  readonly volume: Volume
  readonly gpuVolume: GpuVolume
}

/** A driver with its inputs at hand, and what each of its kernels moves at least. */
export interface Prepared {
  run(ctx: GpuContext): Promise<unknown>
  bytesOf(kernel: string): number
}

export interface DeviceWork {
  readonly name: string
  prepare(given: Given, ctx: GpuContext): Promise<Prepared>
}

const INSIDE = { lowHu: 0, highHu: 32_767 }

/** Bytes of one bit a voxel. */
const bits = ({ volume }: Given) => voxelCount(volume.grid) / 8

const threshold: DeviceWork = {
  name: 'threshold',
  prepare: async (given) => ({
    run: (ctx) => thresholdGpu(given.gpuVolume, INSIDE, ctx),
    bytesOf: () => 16 * bits(given) + bits(given),
  }),
}

const surface: DeviceWork = {
  name: 'surface',
  async prepare(given, ctx) {
    const { volume, gpuVolume } = given
    const mask = await thresholdGpu(gpuVolume, INSIDE, ctx)
    const run = (timed: GpuContext) => marchingCubesGpu({ mask, volume, gpuVolume }, { lowHu: 0, highHu: null }, timed)
    const mesh = await run(ctx)
    // A mask and a prefix word a 32 voxels, and what is written; a vertex reads two voxels.
    const walk = 2 * bits(given)
    const slices = volume.grid.size[2] + 1
    const rows = (volume.grid.size[1] + 1) * slices
    const moved: Readonly<Record<string, number>> = {
      count_rows: walk,
      scan_rows: rows * 16,
      scan_slices: slices * 16,
      add_slices: rows * 16,
      emit_vertices: walk + (mesh.positions.length / 3) * (12 + 4),
      emit_triangles: walk + mesh.indices.byteLength,
    }
    return { run, bytesOf: (kernel) => moved[kernel] ?? Number.NaN }
  },
}

export const DEVICE_WORKS: readonly DeviceWork[] = [threshold, surface]
