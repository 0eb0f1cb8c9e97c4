import { voxelCount } from '../core/affine.ts'
import { seededNormal } from '../core/random.ts'
import type { Grid, Vec3, Volume } from '../core/types.ts'
import { femurDistanceAt, femurField, femurVolumeAbove } from './femur.ts'

const SPACING = 0.75
const SIZE = [192, 192, 256] as const

/** Grid of the sample: 144 x 144 x 192 mm around the femur, axes along LPS. */
export const FEMUR_GRID: Grid = {
  size: SIZE,
  spacing: [SPACING, SPACING, SPACING],
  origin: [-(SIZE[0] - 1) * 0.5 * SPACING, -(SIZE[1] - 1) * 0.5 * SPACING, -(SIZE[2] - 1) * 0.5 * SPACING - 12],
  direction: [1, 0, 0, 0, 1, 0, 0, 0, 1],
}

/** Threshold in HU whose isosurface is the analytic surface: half way between muscle and cortex. */
export const FEMUR_ISO_HU = 600

const HU = { air: -1000, fat: -90, skin: 20, muscle: 50, cortex: 1150, spongy: 280, marrow: -50, pad: -200, shell: 100 }
const NOISE_HU = 12
const BLOCK = 8
/** Within this depth under the surface the tissue still changes with the depth. */
const LIVELY_MM = 6

const clamp01 = (v: number) => Math.min(1, Math.max(0, v))
const smooth01 = (v: number) => {
  const t = clamp01(v)
  return t * t * (3 - 2 * t)
}
/** Share of a voxel on the inner side of a surface at this signed distance (mm): the partial volume of one voxel. */
const inside = (distanceMm: number) => clamp01(0.5 - distanceMm / SPACING)

/** Repeatable number in [0, 1) for a lattice point; integer arithmetic only, so equal on every engine. */
function latticeValue(i: number, j: number, k: number): number {
  let h = Math.imul(i, 0x27d4eb2f) ^ Math.imul(j, 0x165667b1) ^ Math.imul(k, 0x9e3779b1)
  h = Math.imul(h ^ (h >>> 15), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return ((h ^ (h >>> 16)) >>> 0) / 4294967296
}

function latticeLayer(i: number, j: number, k: number, u: number, v: number): number {
  const a = latticeValue(i, j, k)
  const c = latticeValue(i, j + 1, k)
  const top = a + (latticeValue(i + 1, j, k) - a) * u
  return top + (c + (latticeValue(i + 1, j + 1, k) - c) * u - top) * v
}

/** Smooth texture in [0, 1): lattice values joined by smooth steps. Coordinates in lattice cells. */
function texture(x: number, y: number, z: number): number {
  const i = Math.floor(x)
  const j = Math.floor(y)
  const k = Math.floor(z)
  const u = smooth01(x - i)
  const v = smooth01(y - j)
  const near = latticeLayer(i, j, k, u, v)
  return near + (latticeLayer(i, j, k + 1, u, v) - near) * smooth01(z - k)
}

/** Noise-free HU of the bone at this depth below its surface (mm, positive inside). */
function boneHu(x: number, y: number, z: number, depthMm: number): number {
  const cortexMm = 2.6 - 1.1 * smooth01((z + 20) / 60)
  const spongy = HU.spongy + 110 * (texture(x / 2.2, y / 2.2, z / 3) - 0.5)
  const canal = smooth01((-12 - z) / 30) * smooth01((depthMm - cortexMm - 0.8) / 1.5)
  const core = spongy + (HU.marrow - spongy) * canal
  return core + (HU.cortex - core) * inside(depthMm - cortexMm)
}

/** Noise-free HU of muscle with thin fat sheets, none near the bone: its edge lies half way from muscle to cortex. */
function muscleHu(x: number, y: number, z: number, boneMm: number): number {
  const away = smooth01((boneMm - 4) / 4)
  if (away === 0) return HU.muscle
  const sheet = 1 - smooth01(Math.abs(texture(x / 24 + 9, y / 24, z / 90) - 0.5) / 0.035)
  return HU.muscle + (HU.fat - HU.muscle) * 0.8 * sheet * away
}

/** Noise-free HU of the thigh and what is around it, without the bone. */
function softHu(x: number, y: number, z: number, boneMm: number): number {
  const hip = smooth01((z + 40) / 110)
  const cx = (x - 1) / (60 + 7 * hip)
  const cy = (y - 1) / (51 + 4 * hip)
  const q2 = cx * cx + cy * cy
  if (q2 > 1.1) return tableHu(x, y)
  if (q2 < 0.3) return muscleHu(x, y, z, boneMm)
  const ux = cx / (60 + 7 * hip)
  const uy = cy / (51 + 4 * hip)
  const bodyMm = (q2 - Math.sqrt(q2)) / Math.sqrt(ux * ux + uy * uy)
  const flesh = muscleHu(x, y, z, boneMm)
  const fatMm = 8 + 5 * smooth01((y + 60) / 110) + 3 * texture(x / 40, y / 40, z / 60)
  const underSkin = HU.fat + (flesh - HU.fat) * inside(bodyMm + fatMm)
  const withSkin = HU.skin + (underSkin - HU.skin) * inside(bodyMm + 1.6)
  const around = tableHu(x, y)
  return around + (withSkin - around) * inside(bodyMm)
}

/** A curved couch: a carbon-like shell around a light core. */
function tableHu(x: number, y: number): number {
  const radius = Math.sqrt(x * x + (y + 160) * (y + 160))
  const depth = Math.abs(radius - 223) - 5
  const core = HU.shell + (HU.pad - HU.shell) * inside(depth + 1.8)
  return HU.air + (core - HU.air) * inside(depth)
}

/** Fills one block of voxels with noise-free HU. */
function paintBlock(hu: Float32Array, i0: number, j0: number, k0: number): void {
  const [nx, ny] = SIZE
  const [ox, oy, oz] = FEMUR_GRID.origin
  const middle = (BLOCK - 1) / 2
  const reach = 1.1 * Math.sqrt(3) * middle * SPACING
  const field = femurField(ox + (i0 + middle) * SPACING, oy + (j0 + middle) * SPACING, oz + (k0 + middle) * SPACING)
  const allOutside = field > reach + 10
  const allDeep = field < -reach - LIVELY_MM * 1.1
  for (let k = k0; k < k0 + BLOCK; k++) {
    const z = oz + k * SPACING
    for (let j = j0; j < j0 + BLOCK; j++) {
      const y = oy + j * SPACING
      for (let i = i0, at = i0 + nx * (j + ny * k); i < i0 + BLOCK; i++, at++) {
        const x = ox + i * SPACING
        const d = allOutside ? 10 : allDeep ? -LIVELY_MM : femurDistanceAt(x, y, z)
        const bone = inside(d)
        const soft = bone < 1 ? softHu(x, y, z, d) : 0
        hu[at] = bone > 0 ? soft + ((bone < 1 ? HU.cortex : boneHu(x, y, z, -d)) - soft) * bone : soft
      }
    }
  }
}

/** Adds scanner noise and rounds to whole HU. A table of normal numbers, drawn from at random: ten times faster. */
function withNoise(hu: Float32Array): Int16Array {
  const normal = seededNormal(20240611)
  const table = Float32Array.from({ length: 65536 }, () => normal() * NOISE_HU)
  const data = new Int16Array(hu.length)
  let state = 0x2545f491
  for (let n = 0; n < data.length; n++) {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    data[n] = Math.max(-1024, Math.round((hu[n] as number) + (table[state >>> 16] as number)))
  }
  return data
}

/**
 * The built-in sample: a made-up CT of a LEFT proximal femur in a thigh on a couch, int16 HU, generated from implicit
 * surfaces (no patient). Half way between muscle and cortex, 600 HU, lies on femurDistanceMm = 0. Same bytes every
 * time. Memory peak: 6 bytes a voxel.
 */
export function femurPhantom(): Volume {
  const hu = new Float32Array(voxelCount(FEMUR_GRID))
  for (let k = 0; k < SIZE[2]; k += BLOCK) {
    for (let j = 0; j < SIZE[1]; j += BLOCK) {
      for (let i = 0; i < SIZE[0]; i += BLOCK) paintBlock(hu, i, j, k)
    }
  }
  return { grid: FEMUR_GRID, data: withNoise(hu), slope: 1, intercept: 0, modality: 'CT', unit: 'HU' }
}

/**
 * Signed distance in mm from a point (LPS mm) to the outer surface of the solid femur; negative inside. Exact on the
 * surface, to first order near it, a rough figure far away. The shaft has no lower end here; the grid cuts it.
 */
export function femurDistanceMm(lps: Vec3): number {
  return femurDistanceAt(lps[0], lps[1], lps[2])
}

/** Volume in mm3 of the solid femur inside the sample's grid (down to the lower face of its lowest voxels). */
export function femurVolumeMm3(stepMm = 0.5): number {
  return femurVolumeAbove(FEMUR_GRID.origin[2] - SPACING / 2, stepMm)
}
