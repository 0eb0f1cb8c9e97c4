import { PipelineError } from '../core/errors.ts'
import { digestVolume } from '../core/hash.ts'
import { isShared } from '../core/shared.ts'
import type { Grid, Volume } from '../core/types.ts'
import { createVolume, destroyVolume, type GpuVolume, uploadVolume, writeSlices } from './volume.gpu.ts'

/** Whole slices of a scan, `firstSlice` and on. Slices come in order; slice 0 begins a scan. On shared memory they lie in the scan itself. */
export interface Slab {
  readonly grid: Grid
  readonly firstSlice: number
  readonly data: Int16Array
}

/** A scan without its voxels. */
export type VolumeWords = Omit<Volume, 'data'>

/** On the device, being put there, or null when there is none or no room. */
type Upload = Promise<GpuVolume | null>

interface Shelved {
  readonly digest: string
  readonly volume: Volume
  upload: Upload | null
}

interface Incoming {
  readonly grid: Grid
  readonly data: Int16Array
  slices: number
  upload: Upload | null
}

/**
 * The scans a compute worker holds, by digest: shared, or moved here once, slab by slab while the rest is still being decoded,
 * and once to the device. Holds `most`; the oldest gives way.
 */
export class ScanShelf {
  readonly #most: number
  #scans: Shelved[] = []
  #incoming: Incoming | null = null

  constructor(most: number) {
    this.#most = most
  }

  has(digest: string): boolean {
    return this.#scans.some((scan) => scan.digest === digest)
  }

  /** Errors: app/worker-lost when it is not here. */
  volume(digest: string): Volume {
    return this.#scan(digest).volume
  }

  /** The scan on this device, uploaded when it is not there yet. Errors: gpu/out-of-memory. */
  async onDevice(digest: string, device: GPUDevice): Promise<GpuVolume> {
    const scan = this.#scan(digest)
    const there = await scan.upload
    if (there?.device === device) return there
    const made = await uploadVolume(device, scan.volume)
    scan.upload = Promise.resolve(made)
    return made
  }

  /** Takes the next slices (copied unless shared) and, with a device, starts their upload. A slab out of order ends the scan. */
  receive(slab: Slab, device: GPUDevice | null): void {
    const { firstSlice, data } = slab
    if (firstSlice === 0) this.#begin(slab, device)
    const incoming = this.#incoming
    if (!incoming) return
    const perSlice = incoming.grid.size[0] * incoming.grid.size[1]
    if (firstSlice !== incoming.slices || data.length + firstSlice * perSlice > incoming.data.length) {
      this.#stop()
      return
    }
    if (incoming.data.buffer !== data.buffer) incoming.data.set(data, firstSlice * perSlice)
    incoming.slices += data.length / perSlice
    incoming.upload = incoming.upload?.then((volume) => written(volume, firstSlice, data)) ?? null
  }

  /**
   * Shelves the scan that has come in under its digest. False when none has come in whole or its bytes have another
   * digest: then it is dropped, and has to be sent.
   */
  async adopt(digest: string, words: VolumeWords): Promise<boolean> {
    const incoming = this.#incoming
    const volume = incoming && { ...words, data: incoming.data }
    const isWhole = volume !== null && incoming?.slices === words.grid.size[2]
    const isSame = isWhole && (await digestVolume(volume)) === digest
    if (!incoming || incoming !== this.#incoming) return false
    if (!isSame) {
      this.#stop()
      return false
    }
    this.#incoming = null
    const { slope, intercept } = words
    const upload = incoming.upload?.then((there) => there && { ...there, grid: words.grid, slope, intercept }) ?? null
    this.#scans = this.#scans.filter((scan) => scan.digest !== digest)
    while (this.#scans.length >= this.#most) drop(this.#scans.shift()?.upload)
    this.#scans.push({ digest, volume, upload })
    return true
  }

  /** The device is gone; scans are uploaded again when they are asked for. */
  forgetDevice(): void {
    for (const scan of this.#scans) scan.upload = null
    if (this.#incoming) this.#incoming.upload = null
  }

  clear(): void {
    for (const scan of this.#scans) drop(scan.upload)
    this.#scans = []
    this.#stop()
  }

  #scan(digest: string): Shelved {
    const found = this.#scans.find((scan) => scan.digest === digest)
    if (!found)
      throw new PipelineError('app/worker-lost', 'The scan is no longer in the compute worker. Load it again.')
    return found
  }

  #begin({ grid, data: slab }: Slab, device: GPUDevice | null): void {
    this.#stop()
    const voxels = grid.size[0] * grid.size[1] * grid.size[2]
    const isInPlace = isShared(slab) && slab.buffer.byteLength === 2 * voxels
    const data = isInPlace ? new Int16Array(slab.buffer) : new Int16Array(voxels)
    const upload = device && roomOrNone(createVolume(device, { grid, slope: 1, intercept: 0 }))
    this.#incoming = { grid, data, slices: 0, upload }
  }

  #stop(): void {
    drop(this.#incoming?.upload)
    this.#incoming = null
  }
}

function written(volume: GpuVolume | null, firstSlice: number, data: Int16Array): GpuVolume | null {
  if (volume) writeSlices(volume, firstSlice, data)
  return volume
}

/** No room on the device is no error yet: the step that needs it there says so. */
const roomOrNone = (made: Promise<GpuVolume>): Upload => made.catch(() => null)

function drop(upload: Upload | null | undefined): void {
  upload?.then((volume) => volume && destroyVolume(volume))
}
