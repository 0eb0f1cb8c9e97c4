import { subContext } from '../core/pace.ts'
import type { Context } from '../core/stage.ts'
import type { Grid, Mesh } from '../core/types.ts'
import type { GpuContext } from '../gpu/context.gpu.ts'
import { type Job, runJob } from '../gpu/kernel.gpu.ts'
import type { GpuVolume } from '../gpu/volume.gpu.ts'
import { latticeOf } from './cells.ts'
import { checkInput, nothingInside, placementOf, toWorld, turnRound } from './contour.ts'
import { countLattice, emit, type LatticeSource, requireLattice } from './lattice.gpu.ts'
import type { SurfaceInput, SurfaceParams } from './marching-cubes.ts'

/** `gpuVolume` is `volume` on the device and the one that is read; both null places vertices half-way. */
export type SurfaceGpuInput = SurfaceInput & { readonly gpuVolume: GpuVolume | null }

/**
 * As marchingCubes(), on the device: the same indices and positions, bit for bit. The scan and the mesh may be larger than
 * a binding; mask and prefixes are bound whole. `outputBytes` (for tests) limits positions and indices on the device.
 * Errors: surface/empty, surface/too-large, segment/grid-mismatch, gpu/out-of-memory, gpu/device-lost.
 * Moves 7/8 byte a voxel, two values a vertex, and the mesh. Device memory: 3/8 byte a voxel and at most 64 MiB of output.
 */
export function marchingCubesGpu(
  input: SurfaceGpuInput,
  params: SurfaceParams,
  ctx: GpuContext,
  outputBytes: number | null = null,
): Promise<Mesh> {
  return runJob(ctx, async (job) => {
    const { mask, gpuVolume: volume } = input
    checkInput(mask, volume)
    const lattice = latticeOf(mask.grid)
    requireLattice(job.device, lattice)
    const place = placementOf(volume, params.lowHu, params.highHu)
    const bits = await job.upload('mask', mask.words, GPUBufferUsage.STORAGE)
    return extractMesh(job, { lattice, mask: bits, volume, place, outputBytes }, mask.grid, ctx)
  })
}

/** The mesh of a mask that lies on the device. Errors: surface/empty. */
export async function extractMesh(job: Job, source: LatticeSource, grid: Grid, ctx: Context): Promise<Mesh> {
  const counted = await countLattice(job, source, subContext(ctx, 0, 0.35))
  if (counted.vertices === 0) throw nothingInside()
  const positions = new Float32Array(counted.vertices * 3)
  const indices = new Uint32Array(counted.triangles * 3)
  const takeVertices = (items: ArrayBuffer, first: number) =>
    positions.set(toWorld(new Int32Array(items), grid), first * 3)
  const takeTriangles = (items: ArrayBuffer, first: number) => indices.set(new Uint32Array(items), first * 3)
  await emit(counted, 'vertices', takeVertices, subContext(ctx, 0.35, 0.6))
  await emit(counted, 'triangles', takeTriangles, subContext(ctx, 0.6, 1))
  turnRound(indices, grid)
  return { positions, indices }
}
