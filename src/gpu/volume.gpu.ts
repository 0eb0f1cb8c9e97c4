import { maskLength, wordsPerRow } from '../core/mask.ts'
import type { Grid, Volume } from '../core/types.ts'
import { createBuffer, PIECE_BYTES } from './kernel.gpu.ts'

/** A scan on a device: stored int16 two a word, low half first, rows padded to 32 voxels so that mask word w reads words 16 w to 16 w + 15. */
export interface GpuVolume {
  readonly device: GPUDevice
  readonly buffer: GPUBuffer
  readonly grid: Grid
  readonly slope: number
  readonly intercept: number
}

/** Bytes of a volume on a device. */
export function gpuVolumeBytes(grid: Grid): number {
  return maskLength(grid) * 64
}

/** Copies the voxels to the device in pieces. Free it with destroyVolume. Errors: gpu/out-of-memory. */
export async function uploadVolume(device: GPUDevice, volume: Volume): Promise<GpuVolume> {
  const { grid, slope, intercept } = volume
  const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST
  const buffer = await createBuffer(device, 'volume', gpuVolumeBytes(grid), usage)
  const rows = grid.size[1] * grid.size[2]
  const rowLength = wordsPerRow(grid) * 32
  const rowsAtOnce = Math.max(1, Math.floor(PIECE_BYTES / (rowLength * 2)))
  for (let row = 0; row < rows; row += rowsAtOnce) {
    const piece = paddedRows(volume, row, Math.min(rowsAtOnce, rows - row), rowLength)
    device.queue.writeBuffer(buffer, row * rowLength * 2, piece as GPUAllowSharedBufferSource)
  }
  return { device, buffer, grid, slope, intercept }
}

/** A view when rows need no padding, else a copy. */
function paddedRows(volume: Volume, row: number, rows: number, rowLength: number): Int16Array {
  const nx = volume.grid.size[0]
  if (nx === rowLength) return volume.data.subarray(row * nx, (row + rows) * nx)
  const padded = new Int16Array(rows * rowLength)
  for (let n = 0; n < rows; n++) {
    padded.set(volume.data.subarray((row + n) * nx, (row + n + 1) * nx), n * rowLength)
  }
  return padded
}

/** Frees the device memory. */
export function destroyVolume(volume: GpuVolume): void {
  volume.buffer.destroy()
}
