import { voxelCount } from '../../src/core/affine.ts'
import type { Mask, Volume } from '../../src/core/types.ts'
import type { GpuContext } from '../../src/gpu/context.gpu.ts'
import type { GpuVolume } from '../../src/gpu/volume.gpu.ts'
import { componentsGpu } from '../../src/segment/components.gpu.ts'
import { complementGpu } from '../../src/segment/logic.gpu.ts'
import { marginGpu } from '../../src/segment/margin.gpu.ts'
import { shellThicknessGpu } from '../../src/segment/shell-thickness.gpu.ts'
import { signedDistanceGpu } from '../../src/segment/signed-distance.gpu.ts'
import { thresholdGpu } from '../../src/segment/threshold.gpu.ts'
import { marchingCubesGpu } from '../../src/surface/marching-cubes.gpu.ts'
import { denoiseGpu } from '../../src/volume/denoise.gpu.ts'
import type { DenoiseParams } from '../../src/volume/denoise.ts'
import { histogramGpu } from '../../src/volume/histogram.gpu.ts'
import { LEVELS } from '../../src/volume/histogram.ts'

export interface Given {
  readonly volume: Volume
  readonly gpuVolume: GpuVolume
}

/** A driver with its inputs at hand, and what each of its kernels moves at least. */
export interface Prepared {
  run(ctx: GpuContext): Promise<unknown>
  /** Null where that depends on the contents. */
  bytesOf(kernel: string): number | null
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
    return { run, bytesOf: (kernel) => moved[kernel] ?? null }
  },
}

/** Bytes of a scan as it lies on the device. */
const scan = ({ volume }: Given) => 2 * voxelCount(volume.grid)

const histogramOfAll: DeviceWork = {
  name: 'histogram',
  prepare: async (given) => ({
    run: (ctx) => histogramGpu(given.gpuVolume, LEVELS, ctx),
    bytesOf: () => scan(given),
  }),
}

/** The median reads and writes the scan once, the Gaussian once an axis. */
const denoise = (params: DenoiseParams, passes: number): DeviceWork => ({
  name: params.method,
  prepare: async (given) => ({
    run: (ctx) => denoiseGpu(given.volume, given.gpuVolume, params, ctx),
    bytesOf: () => passes * 2 * scan(given),
  }),
})

/** A work from one mask, that of the threshold. */
const ofMask = (
  name: string,
  work: (mask: Mask, ctx: GpuContext) => Promise<unknown>,
  bytesOf: (given: Given) => number | null,
): DeviceWork => ({
  name,
  async prepare(given, ctx) {
    const mask = await thresholdGpu(given.gpuVolume, INSIDE, ctx)
    return { run: (timed) => work(mask, timed), bytesOf: () => bytesOf(given) }
  },
})

export const DEVICE_WORKS: readonly DeviceWork[] = [
  threshold,
  surface,
  histogramOfAll,
  denoise({ method: 'median', sigmaMm: 0 }, 1),
  denoise({ method: 'gaussian', sigmaMm: 1 }, 3),
  ofMask('complement', complementGpu, (given) => 2 * bits(given)),
  ofMask(
    'components, 6 neighbours',
    (mask, ctx) => componentsGpu(mask, 6, ctx),
    () => null,
  ),
  ofMask(
    'margin, 2 mm',
    (mask, ctx) => marginGpu(mask, { distanceMm: 2 }, ctx),
    () => null,
  ),
  ofMask(
    'signed distance, 5 mm',
    (mask, ctx) => signedDistanceGpu(mask, { bandMm: 5 }, ctx),
    () => null,
  ),
  ofMask(
    'shell thickness, 5 mm',
    (mask, ctx) => shellThicknessGpu(mask, { maxMm: 5 }, ctx),
    () => null,
  ),
]
