import { emptyMask, wordsPerRow } from '../../src/core/mask.ts'
import { seededRandom } from '../../src/core/random.ts'
import type { Grid, LabelMap, Mask, Vec3, Volume } from '../../src/core/types.ts'

/** A right-handed grid; spacing and origin default to 1 mm and 0. */
export function gridOf(size: Vec3, spacing: Vec3 = [1, 1, 1], rest: Partial<Grid> = {}): Grid {
  return { size, spacing, origin: [0, 0, 0], direction: [1, 0, 0, 0, 1, 0, 0, 0, 1], ...rest }
}

/** A volume of stored integers from a function of the voxel index; slope 1, intercept 0 unless given. */
export function volumeOf(
  grid: Grid,
  value: (i: number, j: number, k: number) => number,
  scale?: Partial<Volume>,
): Volume {
  const [nx, ny, nz] = grid.size
  const data = new Int16Array(nx * ny * nz)
  let at = 0
  for (let k = 0; k < nz; k++) {
    for (let j = 0; j < ny; j++) {
      for (let i = 0; i < nx; i++) data[at++] = value(i, j, k)
    }
  }
  return { grid, data, slope: 1, intercept: 0, modality: 'CT', unit: 'HU', ...scale }
}

/** A mask from a predicate of the voxel index. */
export function maskOf(grid: Grid, inside: (i: number, j: number, k: number) => boolean): Mask {
  const mask = emptyMask(grid)
  const [nx, ny, nz] = grid.size
  const perRow = wordsPerRow(grid)
  for (let row = 0; row < ny * nz; row++) {
    for (let i = 0; i < nx; i++) {
      if (!inside(i, row % ny, Math.floor(row / ny))) continue
      const word = row * perRow + (i >> 5)
      mask.words[word] = (mask.words[word] as number) | (1 << (i & 31))
    }
  }
  return mask
}

/** Each voxel inside with the given probability. */
export function randomMask(grid: Grid, seed: number, probability = 0.5): Mask {
  const random = seededRandom(seed)
  return maskOf(grid, () => random() < probability)
}

/** Values over the whole int16 range. */
export function randomVolume(grid: Grid, seed: number): Volume {
  const random = seededRandom(seed)
  return volumeOf(grid, () => Math.floor(random() * 65536) - 32768)
}

/**
 * A gyroid of four periods inside a ball, stored as int16: the test field of the benchmark. The surface of
 * `values >= 0` is closed and has many handles.
 */
export function gyroidVolume(n: number): Volume {
  const wave = (4 * 2 * Math.PI) / n
  const sin = Float64Array.from({ length: n }, (_, i) => Math.sin(i * wave))
  const cos = Float64Array.from({ length: n }, (_, i) => Math.cos(i * wave))
  const at = (a: Float64Array, i: number) => a[i] as number
  const centre = (n - 1) / 2
  return volumeOf(gridOf([n, n, n]), (i, j, k) => {
    const gyroid = at(sin, i) * at(cos, j) + at(sin, j) * at(cos, k) + at(sin, k) * at(cos, i)
    const ball = (0.46 * n - Math.hypot(i - centre, j - centre, k - centre)) * wave
    return Math.round(1000 * Math.min(gyroid, ball))
  })
}

/** Stored value falls by `perMm` a millimetre with the distance from a ball's surface; 0 on it, positive inside. */
export function ballVolume(grid: Grid, centre: Vec3, radiusMm: number, perMm = 1000): Volume {
  const [sx, sy, sz] = grid.spacing
  return volumeOf(grid, (i, j, k) => {
    const distance = Math.hypot(i * sx - centre[0], j * sy - centre[1], k * sz - centre[2])
    return Math.max(-32768, Math.min(32767, Math.round((radiusMm - distance) * perMm)))
  })
}

/** Waves of `period` voxels along one axis, for fields that are sums of products of them. */
function waves(n: number, period: number): readonly [sin: Float64Array, cos: Float64Array] {
  const angles = Float64Array.from({ length: n }, (_, i) => (i * 2 * Math.PI) / period)
  return [angles.map(Math.sin), angles.map(Math.cos)]
}

/** Pseudo-random whole numbers -20 .. 20, cheap to repeat along rows. */
function noiseTable(length: number): Int16Array {
  const random = seededRandom(41)
  return Int16Array.from({ length }, () => Math.floor(random() * 41) - 20)
}

/**
 * A CT-like scan of two long bones (HU as stored): air, soft tissue with noise, a cortical shell of 1300 HU and, inside it,
 * a sponge of struts 5.5 voxels apart that thins out towards the middle of the shaft. At 512 x 512 x 1000 the surface at
 * 226 HU has about 10 million triangles. About 10 ns a voxel.
 */
export function boneVolume(size: Vec3 = [512, 512, 1000]): Volume {
  const [nx, ny, nz] = size
  const grid = gridOf(size, [0.7, 0.7, 0.7])
  const data = new Int16Array(nx * ny * nz)
  const noise = noiseTable(8191)
  const period = (nx * 11) / 512
  const [sx, cx] = waves(nx, period)
  const [sy, cy] = waves(ny, period)
  const [sz, cz] = waves(nz, period)
  const at = (a: Float64Array, i: number) => a[i] as number
  for (let k = 0; k < nz; k++) {
    // Wide at both ends, narrow in the middle, as a femur is.
    const along = (2 * k) / nz - 1
    const radius = nx * (0.065 + 0.085 * along ** 4)
    const sponge = 250 + 300 * along * along
    const centres = [0.29, 0.71].map((x) => nx * (x + 0.02 * along))
    for (let j = 0; j < ny; j++) {
      const row = (k * ny + j) * nx
      const dy = j - ny * 0.5
      const body = nx * nx * 0.2 - dy * dy
      for (let i = 0; i < nx; i++) {
        const fromMiddle = i - nx * 0.5
        if (fromMiddle * fromMiddle > body) {
          data[row + i] = -1000
          continue
        }
        let value = 40 + (noise[(i * 31 + j * 57 + k * 91) % 8191] as number)
        const dx = i - (centres[i < nx * 0.5 ? 0 : 1] as number)
        const depth = radius - Math.sqrt(dx * dx + dy * dy)
        if (depth > -3) {
          const shell = 1300 * Math.max(0, 1 - Math.abs(depth - 2) / 4)
          const wave = at(sx, i) * at(cy, j) + at(sy, j) * at(cz, k) + at(sz, k) * at(cx, i)
          value = Math.max(value, shell, depth > 2 ? sponge + 450 * wave : 0)
        }
        data[row + i] = value
      }
    }
  }
  return { grid, data, slope: 1, intercept: 0, modality: 'CT', unit: 'HU' }
}

/** A label map from a function of the voxel index. */
export function labelsOf(grid: Grid, label: (i: number, j: number, k: number) => number): LabelMap {
  const [nx, ny, nz] = grid.size
  const labels = new Uint8Array(nx * ny * nz)
  let at = 0
  for (let k = 0; k < nz; k++) {
    for (let j = 0; j < ny; j++) {
      for (let i = 0; i < nx; i++) labels[at++] = label(i, j, k)
    }
  }
  return { grid, labels }
}

/** Each voxel one of the labels 0 to `most`. */
export function randomLabels(grid: Grid, most: number, seed: number): LabelMap {
  const random = seededRandom(seed)
  return labelsOf(grid, () => Math.floor(random() * (most + 1)))
}
