import type { Vec3, Volume } from '../core/types.ts'
import { intensitiesOf, storedValue } from './intensity.ts'

/**
 * Stored values of a scan whose content is turned about the middle of the grid (by degrees about its own x, then y, then z
 * axis) and shifted (mm along them); linear between voxels, the darkest value outside. Memory: the result.
 */
export function movedData(volume: Volume, degrees: Vec3, shiftMm: Vec3): Int16Array {
  const { size, spacing } = volume.grid
  const [nx, ny, nz] = size
  const out = new Int16Array(volume.data.length).fill(storedValue(volume, intensitiesOf(volume).floor))
  const back = inverseTurn(degrees)
  const middle = [(nx - 1) / 2, (ny - 1) / 2, (nz - 1) / 2] as const
  // Voxel steps in the source for one voxel in the result.
  const step = (row: 0 | 1 | 2, column: 0 | 1 | 2) =>
    ((back[3 * row + column] as number) * spacing[column]) / spacing[row]
  const start = (row: 0 | 1 | 2, j: number, k: number) => {
    const away = [
      -middle[0] - shiftMm[0] / spacing[0],
      j - middle[1] - shiftMm[1] / spacing[1],
      k - middle[2] - shiftMm[2] / spacing[2],
    ] as const
    return middle[row] + step(row, 0) * away[0] + step(row, 1) * away[1] + step(row, 2) * away[2]
  }
  const [dx, dy, dz] = [step(0, 0), step(1, 0), step(2, 0)]
  for (let k = 0, at = 0; k < nz; k++) {
    for (let j = 0; j < ny; j++) {
      let x = start(0, j, k)
      let y = start(1, j, k)
      let z = start(2, j, k)
      for (let i = 0; i < nx; i++, at++) {
        if (x >= 0 && y >= 0 && z >= 0 && x <= nx - 1 && y <= ny - 1 && z <= nz - 1) {
          out[at] = Math.round(between(volume.data, size, x, y, z))
        }
        x += dx
        y += dy
        z += dz
      }
    }
  }
  return out
}

/** Linear between the eight voxels around a place inside the grid. */
function between(data: Int16Array, [nx, ny, nz]: Vec3, x: number, y: number, z: number): number {
  const i = Math.min(Math.floor(x), Math.max(0, nx - 2))
  const j = Math.min(Math.floor(y), Math.max(0, ny - 2))
  const k = Math.min(Math.floor(z), Math.max(0, nz - 2))
  const at = i + nx * (j + ny * k)
  const right = nx > 1 ? 1 : 0
  const down = ny > 1 ? nx : 0
  const u = x - i
  const v = y - j
  const near = plane(data, at, right, down, u, v)
  if (nz === 1) return near
  return near + (plane(data, at + nx * ny, right, down, u, v) - near) * (z - k)
}

function plane(data: Int16Array, at: number, right: number, down: number, u: number, v: number): number {
  const a = data[at] as number
  const c = data[at + down] as number
  const top = a + ((data[at + right] as number) - a) * u
  return top + (c + ((data[at + down + right] as number) - c) * u - top) * v
}

/** Row-major: the transpose of Rz Ry Rx. */
function inverseTurn(degrees: Vec3): readonly number[] {
  const [a, b, c] = degrees.map((d) => (d * Math.PI) / 180) as [number, number, number]
  const [ca, sa, cb, sb, cc, sc] = [Math.cos(a), Math.sin(a), Math.cos(b), Math.sin(b), Math.cos(c), Math.sin(c)]
  return [
    cc * cb,
    sc * cb,
    -sb,
    cc * sb * sa - sc * ca,
    sc * sb * sa + cc * ca,
    cb * sa,
    cc * sb * ca + sc * sa,
    sc * sb * ca - cc * sa,
    cb * ca,
  ] // prettier-ignore
}
