import { maskLength, wordsPerRow } from '../core/mask.ts'
import type { Grid, Mask } from '../core/types.ts'
import { requireFits } from '../gpu/device.gpu.ts'
import type { Job, Resources } from '../gpu/kernel.gpu.ts'
import stepsCode from './column-steps.wgsl?raw'

/** Voxels of a slab: its scratch stays below the default binding of 128 MiB. */
export const SLAB_VOXELS = 2 ** 24
/** Reads a dispatch, at the band's worst: under 100 ms on a software adapter. */
const READS_AT_ONCE = 2 ** 21

/** A pass over a slab. `own` and `before` are squared mm of a step. */
export interface SlabPass {
  readonly entry: string
  /** 'voxels' of padded rows, or 'words' of the mask. */
  readonly over: 'voxels' | 'words'
  readonly band: number
  /** Reads of a thread at most. */
  readonly reads: number
  readonly before?: number
  readonly own?: number
  readonly limit?: number
  readonly reach?: number
  /** Part of a step that does not count: 0.5 from a centre to the nearest face. */
  readonly back?: number
  readonly resources: Resources
}

/** A mask on the device, worked on slab by slab; see column-steps.wgsl. */
export interface Slabs {
  readonly mask: GPUBuffer
  readonly steps: GPUBuffer
  /** Bytes of a buffer with four a voxel of the slab, rows padded to 32 voxels. */
  readonly fieldBytes: number
  readonly slices: number
  /** Runs the first pass and then these, for the slab from slice `first` on. */
  run(first: number, passes: readonly SlabPass[], onDone: (fraction: number) => void): Promise<void>
}

/** For floats among the whole numbers of a uniform. */
export const floatBits = (value: number) => new Int32Array(Float32Array.of(value).buffer)[0] as number

/** Slices of a slab and bytes of a field of it. Errors: gpu/out-of-memory when the mask or a field does not fit a binding. */
export function requireSlabs(device: GPUDevice, grid: Grid, slabVoxels: number) {
  const sliceVoxels = wordsPerRow(grid) * 32 * grid.size[1]
  const slices = Math.max(1, Math.min(grid.size[2], Math.floor(slabVoxels / sliceVoxels)))
  const fieldBytes = sliceVoxels * slices * 4
  requireFits(device, { mask: maskLength(grid) * 4, 'slab of the field': fieldBytes })
  return { slices, fieldBytes }
}

/**
 * Uploads the mask and makes room for the steps along z. `code` follows column-steps.wgsl in the module. Device memory: 1/8
 * byte a voxel, and of one slab 2 bytes and what the passes need. Errors: gpu/out-of-memory, before anything is made.
 */
export async function openSlabs(
  job: Job,
  mask: Mask,
  code: string,
  bandSlices: number,
  slabVoxels: number,
): Promise<Slabs> {
  const { grid } = mask
  const [, ny, nz] = grid.size
  const rowLength = wordsPerRow(grid) * 32
  const { slices, fieldBytes } = requireSlabs(job.device, grid, slabVoxels)
  const bits = await job.upload('mask', mask.words, GPUBufferUsage.STORAGE)
  const steps = await job.buffer('steps', fieldBytes / 2, GPUBufferUsage.STORAGE)
  const first: SlabPass = {
    entry: 'column_steps',
    over: 'words',
    band: bandSlices,
    reads: 2 * bandSlices + 64,
    resources: { 1: bits, 2: steps },
  }
  const run = async (from: number, passes: readonly SlabPass[], onDone: (fraction: number) => void) => {
    const voxels = rowLength * ny * Math.min(slices, nz - from)
    const all = [first, ...passes]
    for (const [n, pass] of all.entries()) {
      await sweepSlab(job, stepsCode + code, grid, from, voxels, pass, (f) => onDone((n + f) / all.length))
    }
  }
  return { mask: bits, steps, fieldBytes, slices, run }
}

function sweepSlab(
  job: Job,
  code: string,
  grid: Grid,
  from: number,
  voxels: number,
  pass: SlabPass,
  onDone: (fraction: number) => void,
): Promise<void> {
  const floats = [pass.before ?? 0, pass.own ?? 0, pass.limit ?? 0].map(floatBits)
  const rest = [pass.reach ?? 0, floatBits(pass.back ?? 0), 0, 0, 0]
  return job.sweep(
    {
      code,
      entry: pass.entry,
      threads: pass.over === 'words' ? voxels / 32 : voxels,
      atOnce: Math.max(64, Math.ceil(READS_AT_ONCE / pass.reads / 64) * 64),
      uniform: 0,
      paramsOf: (first, end) => [...grid.size, wordsPerRow(grid), first, end, from, pass.band, ...floats, ...rest],
      resources: pass.resources,
    },
    onDone,
  )
}
