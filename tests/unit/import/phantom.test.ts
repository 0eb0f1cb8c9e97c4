import { describe, expect, test } from 'vitest'
import { ijkToLps, voxelMm3 } from '../../../src/core/affine.ts'
import { sha256 } from '../../../src/core/hash.ts'
import { seededRandom } from '../../../src/core/random.ts'
import type { Vec3 } from '../../../src/core/types.ts'
import { femurField } from '../../../src/import/femur.ts'
import { FEMUR_GRID, FEMUR_ISO_HU, femurDistanceMm, femurPhantom, femurVolumeMm3 } from '../../../src/import/phantom.ts'

const volume = femurPhantom()
const [nx, ny, nz] = FEMUR_GRID.size

/** Voxels of a slice that the outside (below the threshold) cannot reach: the filled bone. */
function filledInSlice(k: number): number {
  const base = nx * ny * k
  const outside = new Uint8Array(nx * ny)
  const open = [0]
  outside[0] = 1
  let count = nx * ny - 1
  const visit = (x: number, y: number) => {
    const n = x + nx * y
    if (x < 0 || y < 0 || x >= nx || y >= ny || outside[n] === 1) return
    if ((volume.data[base + n] as number) >= FEMUR_ISO_HU) return
    outside[n] = 1
    count--
    open.push(n)
  }
  for (let n = open.pop(); n !== undefined; n = open.pop()) {
    const x = n % nx
    const y = (n - x) / nx
    visit(x + 1, y)
    visit(x - 1, y)
    visit(x, y + 1)
    visit(x, y - 1)
  }
  return count
}

describe('the built-in femur', () => {
  test('threshold and filling give the analytic volume within 1 %', () => {
    let voxels = 0
    for (let k = 0; k < nz; k++) voxels += filledInSlice(k)
    const truth = femurVolumeMm3(0.75)
    expect(Math.abs((voxels * voxelMm3(FEMUR_GRID)) / truth - 1)).toBeLessThan(0.01)
  })
  test('the analytic volume has converged', () => {
    expect(Math.abs(femurVolumeMm3(1) / femurVolumeMm3(0.75) - 1)).toBeLessThan(0.0005)
  })
  test('the isosurface between voxels lies on the analytic surface', () => {
    let sum = 0
    let count = 0
    for (let k = 8; k < nz; k += 9) {
      for (let j = 8; j < ny; j += 3) {
        for (let i = 1; i < nx; i++) {
          const at = i + nx * (j + ny * k)
          const [a, b] = [volume.data[at - 1] ?? 0, volume.data[at] ?? 0]
          const near = Math.abs(femurDistanceMm(ijkToLps(FEMUR_GRID, [i, j, k]))) < 0.8
          if (!near || a < FEMUR_ISO_HU === b < FEMUR_ISO_HU) continue
          const crossing: Vec3 = [i - 1 + (FEMUR_ISO_HU - a) / (b - a), j, k]
          sum += Math.abs(femurDistanceMm(ijkToLps(FEMUR_GRID, crossing)))
          count++
        }
      }
    }
    expect(count).toBeGreaterThan(500)
    expect(sum / count).toBeLessThan(0.1 * 0.75)
  })
  test('the distance is smooth and has slope one at the surface', () => {
    const random = seededRandom(3)
    let tried = 0
    for (let n = 0; n < 200_000 && tried < 400; n++) {
      const p: Vec3 = [random() * 100 - 50, random() * 60 - 30, random() * 170 - 100]
      if (Math.abs(femurDistanceMm(p)) > 0.3) continue
      tried++
      const step = (axis: 0 | 1 | 2, by: number): Vec3 => [
        p[0] + (axis === 0 ? by : 0),
        p[1] + (axis === 1 ? by : 0),
        p[2] + (axis === 2 ? by : 0),
      ]
      const slope = ([0, 1, 2] as const).map(
        (axis) => (femurDistanceMm(step(axis, 1e-3)) - femurDistanceMm(step(axis, -1e-3))) / 2e-3,
      )
      expect(Math.hypot(...slope)).toBeGreaterThan(0.9)
      expect(Math.hypot(...slope)).toBeLessThan(1.1)
    }
    expect(tried).toBe(400)
  })
  test('the field is never steeper than the block skipping assumes', () => {
    const random = seededRandom(4)
    for (let n = 0; n < 20_000; n++) {
      const [x, y, z] = [random() * 140 - 70, random() * 140 - 70, random() * 190 - 105]
      const dx = random() - 0.5
      const dy = random() - 0.5
      const dz = random() - 0.5
      const change = Math.abs(femurField(x + dx, y + dy, z + dz) - femurField(x, y, z))
      expect(change).toBeLessThanOrEqual(1.1 * Math.hypot(dx, dy, dz) + 1e-9)
    }
  })
  test('it is a left femur: the head lies medial (towards -x), the greater trochanter lateral', () => {
    expect(femurDistanceMm([-21, -6, 47])).toBeLessThan(-15)
    expect(femurDistanceMm([32, 9, 34])).toBeLessThan(-5)
    expect(femurDistanceMm([21, -6, 60])).toBeGreaterThan(5)
  })
  test('tissues have their HU', () => {
    const hu = (lps: Vec3) => {
      const [i, j, k] = lps.map((v, a) => Math.round((v - (FEMUR_GRID.origin[a] ?? 0)) / 0.75))
      return volume.data[(i ?? 0) + nx * ((j ?? 0) + ny * (k ?? 0))] ?? 0
    }
    expect(hu([-60, -60, 0])).toBeLessThan(-950)
    expect(Math.abs(hu([-21, -6, 47]) - 280)).toBeLessThan(110)
    expect(Math.abs(hu([15, 3, -80]) + 50)).toBeLessThan(60)
  })
  test('it is the same every time', async () => {
    const bytes = (v: typeof volume) => new Uint8Array(v.data.buffer)
    expect(await sha256(bytes(femurPhantom()))).toBe(await sha256(bytes(volume)))
  })
})
