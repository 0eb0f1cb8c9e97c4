import { emptyMask, wordsPerRow } from '../../src/core/mask.ts'
import { seededRandom } from '../../src/core/random.ts'
import type { Grid, Mask, Vec3, Volume } from '../../src/core/types.ts'

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
