import { maskLength, wordsPerRow } from '../core/mask.ts'
import type { Grid, Volume } from '../core/types.ts'
import { outOfMemory } from './device.gpu.ts'
import { createBuffer, PIECE_BYTES } from './kernel.gpu.ts'

/** A scan on a device: stored int16 two a word, low half first, rows padded to 32 voxels so that mask word w reads words 16 w to 16 w + 15. */
export interface GpuVolume {
  readonly device: GPUDevice
  readonly buffer: GPUBuffer
  readonly grid: Grid
  readonly slope: number
  readonly intercept: number
  /** Most bytes a kernel may bind at once: a larger scan is read in windows. */
  readonly windowBytes: number
}

/** What a device needs to know of a scan before its voxels come. */
export type VolumeShape = Pick<Volume, 'grid' | 'slope' | 'intercept'>

/** Whole slices of a scan in one binding, for the slices `from` to `end - 1`. Slice `first` is the first one bound. */
export interface VolumeWindow {
  readonly from: number
  readonly end: number
  readonly first: number
  readonly binding: GPUBufferBinding
}

/** Bytes of a volume on a device. */
export function gpuVolumeBytes(grid: Grid): number {
  return maskLength(grid) * 64
}

const sliceBytesOf = (grid: Grid) => wordsPerRow(grid) * grid.size[1] * 64

/**
 * Room for a scan on the device, zeroed; fill it with writeSlices as slices arrive, free it with destroyVolume.
 * `windowBytes` is for tests: a device binds as much as it can. Errors: gpu/out-of-memory with the bytes needed and available.
 */
export async function createVolume(
  device: GPUDevice,
  { grid, slope, intercept }: VolumeShape,
  windowBytes = device.limits.maxStorageBufferBindingSize,
): Promise<GpuVolume> {
  const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST
  const buffer = await createBuffer(device, 'volume', gpuVolumeBytes(grid), usage, device.limits.maxBufferSize)
  return { device, buffer, grid, slope, intercept, windowBytes }
}

/** Copies whole slices, `firstSlice` and on, to the device in pieces: once for each voxel of a session. */
export function writeSlices(volume: GpuVolume, firstSlice: number, data: Int16Array): void {
  const { grid, device, buffer } = volume
  const rowLength = wordsPerRow(grid) * 32
  const rowsAtOnce = Math.max(1, Math.floor(PIECE_BYTES / (rowLength * 2)))
  const rows = data.length / grid.size[0]
  const before = firstSlice * grid.size[1]
  for (let row = 0; row < rows; row += rowsAtOnce) {
    const piece = paddedRows(data, grid.size[0], row, Math.min(rowsAtOnce, rows - row), rowLength)
    device.queue.writeBuffer(buffer, (before + row) * rowLength * 2, piece as GPUAllowSharedBufferSource)
  }
}

/** A scan with all its voxels on the device. Free it with destroyVolume. Errors: gpu/out-of-memory. */
export async function uploadVolume(device: GPUDevice, volume: Volume, windowBytes?: number): Promise<GpuVolume> {
  const made = await createVolume(device, volume, windowBytes)
  writeSlices(made, 0, volume.data)
  return made
}

/** A view when rows need no padding, else a copy. */
function paddedRows(data: Int16Array, nx: number, row: number, rows: number, rowLength: number): Int16Array {
  if (nx === rowLength) return data.subarray(row * nx, (row + rows) * nx)
  const padded = new Int16Array(rows * rowLength)
  for (let n = 0; n < rows; n++) {
    padded.set(data.subarray((row + n) * nx, (row + n + 1) * nx), n * rowLength)
  }
  return padded
}

/**
 * Bindings that together cover all slices, each with `before` slices below and `after` slices above its own where the scan
 * has them. A binding starts at a multiple of the device's alignment, so up to three more slices may lie below.
 * Errors: gpu/out-of-memory when not even one slice with its neighbours can be bound.
 */
export function volumeWindows(volume: GpuVolume, before = 0, after = 0): VolumeWindow[] {
  const { grid, buffer, device, windowBytes } = volume
  const slices = grid.size[2]
  const sliceBytes = sliceBytesOf(grid)
  const step = alignedSlices(sliceBytes, device.limits.minStorageBufferOffsetAlignment)
  const most = Math.floor(windowBytes / sliceBytes)
  const own = slices <= most ? slices : most - before - after - (step - 1)
  if (own < 1) throw outOfMemory('volume window', (before + after + step) * sliceBytes, windowBytes)
  const windows: VolumeWindow[] = []
  for (let from = 0; from < slices; from += own) {
    const end = Math.min(slices, from + own)
    const first = Math.floor(Math.max(0, from - before) / step) * step
    const size = (Math.min(slices, end + after) - first) * sliceBytes
    windows.push({ from, end, first, binding: { buffer, offset: first * sliceBytes, size } })
  }
  return windows
}

/** The fewest slices whose bytes are a multiple of the alignment (a power of two). */
function alignedSlices(sliceBytes: number, alignment: number): number {
  let step = 1
  while ((step * sliceBytes) % alignment !== 0) step *= 2
  return step
}

/** Frees the device memory. */
export function destroyVolume(volume: GpuVolume): void {
  volume.buffer.destroy()
}
