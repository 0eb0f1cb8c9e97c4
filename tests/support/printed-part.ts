import { hasVoxel } from '../../src/core/mask.ts'
import { meshBounds } from '../../src/core/mesh.ts'
import { seededNormal } from '../../src/core/random.ts'
import { IDLE_CONTEXT } from '../../src/core/stage.ts'
import type { Mat3, Mesh, Vec3, Volume } from '../../src/core/types.ts'
import { meshMask } from '../../src/prepare/mesh-mask.ts'
import { transposed, turned } from '../../src/print/rotation.ts'
import { gaussian } from '../../src/volume/gaussian.ts'
import { radialMesh } from './meshes.ts'
import { gridOf, volumeOf } from './phantoms.ts'
import { niftiFile } from './scan-files.ts'

/** Radius in mm of a made-up part: like nothing but itself, no turn and no mirror brings it onto itself. */
export const partRadius = (polar: number, azimuth: number) =>
  16 +
  4.5 * Math.cos(polar) +
  2 * Math.sin(polar) * Math.cos(azimuth) +
  1.7 * Math.sin(polar) ** 2 * Math.sin(2 * azimuth + polar)

/** The part as it was designed, far from where a scanner would have it. */
export const DESIGN_AT: Vec3 = [40, -25, 110]
export const designedPart = (rings = 72): Mesh => radialMesh(rings, 2 * rings, partRadius, DESIGN_AT)

export interface PrintedPart {
  /** How it was printed: its radius where designed would be `partRadius`. */
  readonly radius?: typeof partRadius
  readonly scale?: number
  /** A wall of this thickness around empty cells, as FDM fills a part; absent for solid. */
  readonly wallMm?: number
  /** A couch below it, larger than the part. */
  readonly couch?: boolean
}

/** How the part lies in the scanner. */
const LIES: Mat3 = [0.36, 0.48, -0.8, -0.8, 0.6, 0, 0.48, 0.64, 0.6]
const VOXEL_MM = 0.4
const SIZE = 128
const AIR_HU = -1000
const PLASTIC_HU = 120
const COUCH_HU = -150
/** Blur of the scanner, one deviation. */
const BLUR_MM = 0.4
const NOISE_HU = 35
const LARGEST_MM = 24.5

/** A CT of a print of the part, turned, 51 mm along each axis, voxels of 0.4 mm, with the blur and noise of a scanner. */
export async function ctOfPart(part: PrintedPart = {}, seed = 5): Promise<Volume> {
  const grid = gridOf([SIZE, SIZE, SIZE], [VOXEL_MM, VOXEL_MM, VOXEL_MM], { origin: [-25.3, -25.1, -29] })
  const data = new Int16Array(SIZE ** 3)
  const back = transposed(LIES)
  const [ox, oy, oz] = grid.origin
  for (let n = 0; n < data.length; n++) {
    const [i, j, k] = [n % SIZE, Math.floor(n / SIZE) % SIZE, Math.floor(n / SIZE ** 2)]
    const at: Vec3 = [ox + i * VOXEL_MM, oy + j * VOXEL_MM, oz + k * VOXEL_MM]
    const couch = part.couch === true && at[1] > 22.5 ? COUCH_HU : AIR_HU
    data[n] = couch + (PLASTIC_HU - couch) * shareInside(part, turned(back, at))
  }
  const volume: Volume = { grid, data, slope: 1, intercept: 0, modality: 'CT', unit: 'HU' }
  const blurred = await gaussian(volume, BLUR_MM, IDLE_CONTEXT)
  const normal = seededNormal(seed)
  return { ...volume, data: blurred.map((hu) => Math.round(hu + NOISE_HU * normal())) }
}

const clamp01 = (v: number) => Math.min(1, Math.max(0, v))

/** Share of a voxel that is plastic, by the distance along the ray from the middle. */
function shareInside({ radius = partRadius, scale = 1, wallMm }: PrintedPart, [x, y, z]: Vec3): number {
  const from = Math.hypot(x, y, z)
  if (from > LARGEST_MM * scale) return 0
  const depthMm = scale * radius(Math.acos(z / Math.max(from, 1e-9)), Math.atan2(y, x)) - from
  const inside = clamp01(0.5 + depthMm / VOXEL_MM)
  if (wallMm === undefined) return inside
  const hollow = clamp01(0.5 + (depthMm - wallMm) / VOXEL_MM)
  const isRib = [x, y, z].some((mm) => Math.abs(mm - 5 * Math.round(mm / 5)) < 0.5)
  return inside - (isRib ? 0 : hollow)
}

/** A CT of any closed mesh as it lies, with 6 mm of air around it: voxels of 0.8 mm, half inside ones told by blur. */
export async function ctOfMesh(mesh: Mesh): Promise<Volume> {
  const { min, max } = meshBounds(mesh)
  const origin = min.map((mm) => mm - AROUND_MM) as unknown as Vec3
  const size = max.map((mm, axis) =>
    Math.ceil((mm + AROUND_MM - (origin[axis] as number)) / COARSE_MM),
  ) as unknown as Vec3
  const grid = gridOf(size, [COARSE_MM, COARSE_MM, COARSE_MM], { origin })
  const mask = await meshMask(mesh, grid, IDLE_CONTEXT)
  const sharp = volumeOf(grid, (i, j, k) => (hasVoxel(mask, i, j, k) ? PLASTIC_HU : AIR_HU))
  return { ...sharp, data: await gaussian(sharp, COARSE_MM, IDLE_CONTEXT) }
}
const AROUND_MM = 6
const COARSE_MM = 0.8

/** A volume as a NIfTI file. */
export function niftiOf({ grid, data }: Volume): Uint8Array<ArrayBuffer> {
  const { size, spacing, origin } = grid
  const [x, y, z] = origin
  const srow = [-spacing[0], 0, 0, -x, 0, -spacing[1], 0, -y, 0, 0, spacing[2], z]
  return niftiFile({ size, spacing, srow, values: [...data] })
}
