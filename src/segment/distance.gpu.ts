import { wordsPerRow } from '../core/mask.ts'
import { subContext } from '../core/pace.ts'
import type { Mask } from '../core/types.ts'
import type { GpuContext } from '../gpu/context.gpu.ts'
import { type Job, runJob } from '../gpu/kernel.gpu.ts'
import { bandSquareMm2, bandSteps, type SliceSink } from './distance.ts'
import code from './distance.wgsl?raw'
import type { DistanceTo } from './lower-envelope.ts'
import { openSlabs, SLAB_VOXELS, type SlabPass } from './slabs.gpu.ts'

/** FAR of distance.wgsl and whatever was added to it. */
const FAR = 2.9e38

/**
 * As distanceSlices(), on the device, to 5 in 10^7 of each square (float32 arithmetic there, float64 here). By slabs of 16 Mvoxels, the
 * mask alone is held whole: a field of the whole volume never exists, with a band or without. Read back 4 bytes a voxel.
 * Device memory: 1/8 byte a voxel and 168 MB at most. Errors: gpu/out-of-memory, gpu/device-lost.
 */
export function distanceSlicesGpu(
  mask: Mask,
  bandMm: number,
  ctx: GpuContext,
  sink: SliceSink,
  slabVoxels = SLAB_VOXELS,
): Promise<void> {
  return slices(mask, bandMm, 'centre', ctx, sink, slabVoxels)
}

/** As faceDistanceSlices(), on the device; else as distanceSlicesGpu(). */
export function faceDistanceSlicesGpu(
  mask: Mask,
  bandMm: number,
  ctx: GpuContext,
  sink: SliceSink,
  slabVoxels = SLAB_VOXELS,
): Promise<void> {
  return slices(mask, bandMm, 'face', ctx, sink, slabVoxels)
}

function slices(
  mask: Mask,
  bandMm: number,
  to: DistanceTo,
  ctx: GpuContext,
  sink: SliceSink,
  slabVoxels: number,
): Promise<void> {
  return runJob(ctx, async (job) => {
    const nz = mask.grid.size[2]
    const slabs = await openDistance(job, mask, bandMm, to, slabVoxels)
    for (let first = 0; first < nz; first += slabs.slices) {
      const end = Math.min(nz, first + slabs.slices)
      const part = subContext(ctx, first / nz, end / nz)
      await slabs.run(first, part.progress)
      await handOut(job, mask, slabs.square, first, end, sink)
    }
  })
}

/** Squared distances of a slab on the device. */
export interface DistanceSlabs {
  readonly slices: number
  /** Squared mm, f32 a voxel of the slab that was run last, rows padded to 32 voxels (with anything); FAR beyond the band. */
  readonly square: GPUBuffer
  /** Of the same size, free between two runs. */
  readonly plane: GPUBuffer
  /** Fills `square` for the slab from slice `first` on. */
  run(first: number, onDone: (fraction: number) => void): Promise<void>
}

/** Distances to the set voxels of a mask, for drivers that go on from there. Errors: gpu/out-of-memory, before anything is made. */
export async function openDistance(
  job: Job,
  mask: Mask,
  bandMm: number,
  to: DistanceTo,
  slabVoxels: number,
): Promise<DistanceSlabs> {
  const { size, spacing } = mask.grid
  const back = to === 'face' ? 0.5 : 0
  const [bx, by, bz] = spacing.map((mm, axis) => bandSteps(bandMm + back * mm, mm, size[axis] as number)) as [
    number,
    number,
    number,
  ]
  const slabs = await openSlabs(job, mask, code, bz, slabVoxels)
  const { STORAGE, COPY_SRC } = GPUBufferUsage
  const plane = await job.buffer('plane', slabs.fieldBytes, STORAGE)
  const square = await job.buffer('square', slabs.fieldBytes, STORAGE | COPY_SRC)
  const [x2, y2, z2] = spacing.map((mm) => mm * mm) as [number, number, number]
  const each = { over: 'voxels', limit: Math.min(FAR, bandSquareMm2(bandMm)), back } as const
  const passes: SlabPass[] = [
    {
      ...each,
      entry: 'along_y',
      band: by,
      reads: 2 * by + 16,
      before: z2,
      own: y2,
      resources: { 2: slabs.steps, 3: plane },
    },
    { ...each, entry: 'along_x', band: bx, reads: 2 * bx + 16, own: x2, resources: { 3: plane, 4: square } },
  ]
  return { slices: slabs.slices, plane, square, run: (first, onDone) => slabs.run(first, passes, onDone) }
}

/** Reads the slices of a slab back one by one: a whole slab in memory would be 64 MB. */
async function handOut(
  job: Job,
  mask: Mask,
  field: GPUBuffer,
  first: number,
  end: number,
  sink: SliceSink,
): Promise<void> {
  const [nx, ny] = mask.grid.size
  const rowLength = wordsPerRow(mask.grid) * 32
  const bytes = rowLength * ny * 4
  const square = new Float32Array(nx * ny)
  for (let k = first; k < end; k++) {
    const padded = new Float32Array(await job.read(field, bytes, (k - first) * bytes))
    for (let j = 0, at = 0; j < ny; j++) {
      for (let i = 0; i < nx; i++, at++) {
        const value = padded[j * rowLength + i] as number
        square[at] = value < FAR ? value : Infinity
      }
    }
    sink(k, square)
  }
}
