import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type DicomOptions, dicomSlice } from './scan-files.ts'

const AIR_HU = -1000
const TISSUE_HU = 40

/** Signed distance in mm of the bone, negative inside; the scan is `size` voxels of 1 mm around the origin. */
export type Bone = (x: number, y: number, z: number) => number

export interface DicomPhantom {
  readonly size: readonly [number, number, number]
  readonly bone: Bone
  readonly boneHu: number
  /** Further options of every slice. */
  readonly slice?: DicomOptions
  /** Begins the name of every file. */
  readonly name?: string
}

/** A solid ball, thick enough for every process. */
export const solidBall =
  (radiusMm: number): Bone =>
  (x, y, z) =>
    Math.hypot(x, y, z) - radiusMm

/** A plate 1 mm thick through one layer of voxels: as faint as 300 HU, its surface at 226 HU lies 0.6 mm apart. */
export const plate =
  (halfMm: number): Bone =>
  (x, y, z) =>
    Math.max(Math.abs(x - 0.5) - 0.5, Math.abs(y) - halfMm, Math.abs(z) - halfMm)

/** Writes a CT series of 1 mm slices into a folder: bone in a cylinder of tissue in air, edges blurred over one voxel. */
export function writeDicomPhantom(folder: string, phantom: DicomPhantom): void {
  const { bone, boneHu, name = 'slice', size } = phantom
  const [nx, ny, nz] = size
  mkdirSync(folder, { recursive: true })
  for (let k = 0; k < nz; k++) {
    const pixels: number[] = []
    for (let j = 0; j < ny; j++) {
      for (let i = 0; i < nx; i++) {
        const [x, y, z] = [i - (nx - 1) / 2, j - (ny - 1) / 2, k - (nz - 1) / 2]
        const around = Math.hypot(x, y) < 0.48 * Math.min(nx, ny) ? TISSUE_HU : AIR_HU
        const share = Math.min(1, Math.max(0, 0.5 - bone(x, y, z)))
        pixels.push(Math.round(around + share * (boneHu - around)))
      }
    }
    const slice = dicomSlice({
      ...phantom.slice,
      columns: nx,
      rows: ny,
      position: [-(nx - 1) / 2, -(ny - 1) / 2, k - (nz - 1) / 2],
      pixels,
    })
    writeFileSync(join(folder, `${name}-${String(k).padStart(3, '0')}.dcm`), slice)
  }
}
