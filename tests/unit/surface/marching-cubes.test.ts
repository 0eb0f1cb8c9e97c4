import { expect, test } from 'vitest'
import { ijkToLps } from '../../../src/core/affine.ts'
import { emptyMask } from '../../../src/core/mask.ts'
import { meshBounds, meshVolumeMm3 } from '../../../src/core/mesh.ts'
import { IDLE_CONTEXT } from '../../../src/core/stage.ts'
import type { Mesh, Vec3 } from '../../../src/core/types.ts'
import { threshold } from '../../../src/segment/threshold.ts'
import { fractionFromInside, ONE } from '../../../src/surface/contour.ts'
import { marchingCubes } from '../../../src/surface/marching-cubes.ts'
import { defectsOf, NO_DEFECTS } from '../../support/manifold.ts'
import { ballVolume, gridOf, maskOf, randomMask, volumeOf } from '../../support/phantoms.ts'

const UNBOUNDED = { lowHu: null, highHu: null }
const surfaceOf = (mask: Parameters<typeof maskOf>[1], size: Vec3) =>
  marchingCubes({ mask: maskOf(gridOf(size), mask), volume: null }, UNBOUNDED, IDLE_CONTEXT)

function areaMm2(mesh: Mesh): number {
  const at = (v: number, axis: number) => mesh.positions[v * 3 + axis] as number
  let area = 0
  for (let t = 0; t < mesh.indices.length; t += 3) {
    const [a, b, c] = [0, 1, 2].map((n) => mesh.indices[t + n] as number) as [number, number, number]
    const [u, v] = [b, c].map((p) => [0, 1, 2].map((axis) => at(p, axis) - at(a, axis))) as [number[], number[]]
    const cross = [0, 1, 2].map((n) => {
      const [p, q] = [(n + 1) % 3, (n + 2) % 3] as const
      return (u[p] as number) * (v[q] as number) - (u[q] as number) * (v[p] as number)
    })
    area += Math.hypot(...cross) / 2
  }
  return area
}

test('one voxel is an octahedron around its centre', async () => {
  const mesh = await surfaceOf((i, j, k) => i === 1 && j === 1 && k === 1, [3, 3, 3])
  expect(mesh.positions.length / 3).toBe(6)
  expect(mesh.indices.length / 3).toBe(8)
  expect(meshVolumeMm3(mesh)).toBeCloseTo(1 / 6, 6)
  expect(defectsOf(mesh)).toEqual(NO_DEFECTS)
})

test.each([1, 2, 3, 4, 5, 6])(
  'random bits make a closed, oriented manifold with closed fans (seed %i)',
  async (seed) => {
    const size: Vec3 = [30 + seed, 17, 11]
    const mask = randomMask(gridOf(size), seed, [0.5, 0.1, 0.9, 0.3, 0.7, 0.5][seed - 1])
    const mesh = await marchingCubes({ mask, volume: null }, UNBOUNDED, IDLE_CONTEXT)
    expect(defectsOf(mesh)).toEqual(NO_DEFECTS)
  },
)

test.each([
  [31, 4, 4],
  [32, 4, 4],
  [33, 4, 4],
  [64, 1, 1],
  [65, 2, 1],
  [1, 1, 1],
] as Vec3[])('a full volume of %i x %i x %i is closed half a voxel outside', async (...size) => {
  const mesh = await surfaceOf(() => true, size)
  expect(defectsOf(mesh)).toEqual(NO_DEFECTS)
  expect(meshBounds(mesh)).toEqual({ min: [-0.5, -0.5, -0.5], max: size.map((n) => n - 0.5) })
})

test('a ball has the volume, area and place of a ball', async () => {
  const grid = gridOf([44, 60, 30], [1, 0.7, 1.5], { origin: [-20, 5, 100] })
  const [centre, radius] = [[21.3, 20.4, 22.1] as Vec3, 18]
  const volume = ballVolume(grid, centre, radius)
  const mask = threshold(volume, { lowHu: 0, highHu: 32767 }, IDLE_CONTEXT)
  const mesh = await marchingCubes({ mask, volume }, { lowHu: 0, highHu: null }, IDLE_CONTEXT)
  const truth = (4 / 3) * Math.PI * radius ** 3
  expect(defectsOf(mesh)).toEqual(NO_DEFECTS)
  expect(Math.abs(meshVolumeMm3(mesh) / truth - 1)).toBeLessThan(0.004)
  expect(Math.abs(areaMm2(mesh) / (4 * Math.PI * radius ** 2) - 1)).toBeLessThan(0.005)
  let sum = 0
  for (let n = 0; n < mesh.positions.length; n += 3) {
    const p = [0, 1, 2].map((axis) => (mesh.positions[n + axis] as number) - (grid.origin[axis] as number))
    sum += Math.abs(Math.hypot(...p.map((x, axis) => x - (centre[axis] as number))) - radius)
  }
  // A distance field is bent along a grid edge by at most edge^2 / (8 radius): 0.016 mm here.
  expect(sum / (mesh.positions.length / 3)).toBeLessThan(0.01)
})

test('touching the border on every side, a ball stays closed', async () => {
  const volume = ballVolume(gridOf([20, 20, 20]), [9.5, 9.5, 9.5], 13)
  const mask = threshold(volume, { lowHu: 0, highHu: 32767 }, IDLE_CONTEXT)
  const mesh = await marchingCubes({ mask, volume }, { lowHu: 0, highHu: null }, IDLE_CONTEXT)
  expect(defectsOf(mesh)).toEqual(NO_DEFECTS)
  expect(meshBounds(mesh)).toEqual({ min: [-0.5, -0.5, -0.5], max: [19.5, 19.5, 19.5] })
})

test('a left-handed or oblique grid keeps triangles counter-clockwise outside', async () => {
  const c = Math.cos(0.3)
  const s = Math.sin(0.3)
  const directions = {
    leftHanded: [1, 0, 0, 0, 1, 0, 0, 0, -1],
    swapped: [0, 1, 0, 1, 0, 0, 0, 0, 1],
    oblique: [c, -s, 0, s, c, 0, 0, 0, 1],
  } as const
  for (const direction of Object.values(directions)) {
    const grid = gridOf([8, 7, 6], [0.5, 1, 2], { direction, origin: [3, -4, 5] })
    const mask = maskOf(grid, (i, j, k) => i === 3 && j === 2 && k === 4)
    const mesh = await marchingCubes({ mask, volume: null }, UNBOUNDED, IDLE_CONTEXT)
    expect(meshVolumeMm3(mesh)).toBeCloseTo(1 / 6, 5)
    const centre = [0, 1, 2].map((axis) => {
      const values = mesh.positions.filter((_, n) => n % 3 === axis)
      return values.reduce((a, b) => a + b) / values.length
    })
    ijkToLps(grid, [3, 2, 4]).forEach((x, axis) => {
      expect(centre[axis]).toBeCloseTo(x, 5)
    })
  }
})

/** Where the surface of a ramp along x lies, in voxels. */
async function rampSurface(low: number | null, high: number | null, values: number[], from: number, to: number) {
  const volume = volumeOf(gridOf([values.length, 1, 1]), (i) => values[i] ?? 0)
  const mask = maskOf(volume.grid, (i) => i >= from && i <= to)
  const mesh = await marchingCubes({ mask, volume }, { lowHu: low, highHu: high }, IDLE_CONTEXT)
  const xs = [...mesh.positions.filter((_, n) => n % 3 === 0)]
  return [Math.min(...xs), Math.max(...xs)]
}

test('vertices lie where the value crosses half a stored integer beyond the limit', async () => {
  // low 10: iso 9.5, between 0 and 20 that is 0.475 of the way; high 30: iso 30.5, between 20 and 40 0.525.
  const [left, right] = await rampSurface(10, 30, [0, 20, 40], 1, 1)
  expect(left).toBeCloseTo(0.475, 3)
  expect(right).toBeCloseTo(1.525, 3)
})
test('an edited mask, whose values do not cross, gets the middle', async () => {
  expect(await rampSurface(10, 30, [20, 20, 20], 1, 1)).toEqual([0.5, 1.5])
  expect(await rampSurface(10, 30, [0, 5, 20], 1, 1)).toEqual([0.5, 1.5])
  expect(await rampSurface(null, null, [0, 500, 20], 1, 1)).toEqual([0.5, 1.5])
})
test('a value on the limit leaves the vertex 1/1024 voxel or more from the grid point', () => {
  expect(fractionFromInside(10, -30000, 10, 20)).toBe(ONE / 1024)
  expect(fractionFromInside(30000, 9, 10, 30000)).toBe(ONE - ONE / 1024)
  expect(fractionFromInside(-32768, 32767, -32768, -32768)).toBe(ONE / 1024)
  expect(fractionFromInside(32767, -32768, -32767, 32767)).toBe(ONE - ONE / 1024)
  expect(fractionFromInside(10, 9, 10, 20)).toBe(ONE / 2)
})

test('nothing inside is an error with a name', async () => {
  const mask = emptyMask(gridOf([4, 4, 4]))
  await expect(marchingCubes({ mask, volume: null }, UNBOUNDED, IDLE_CONTEXT)).rejects.toMatchObject({
    code: 'surface/empty',
  })
})
test('a mask of another size is refused', async () => {
  const mask = maskOf(gridOf([4, 4, 4]), () => true)
  const volume = volumeOf(gridOf([4, 4, 5]), () => 0)
  await expect(marchingCubes({ mask, volume }, UNBOUNDED, IDLE_CONTEXT)).rejects.toMatchObject({
    code: 'segment/grid-mismatch',
  })
})
test('a cancelled run stops', async () => {
  const mask = maskOf(gridOf([4, 4, 4]), () => true)
  const signal = AbortSignal.abort()
  await expect(marchingCubes({ mask, volume: null }, UNBOUNDED, { signal, progress: () => {} })).rejects.toMatchObject({
    name: 'AbortError',
  })
})
test('the input is left as it was and the same input gives the same bytes', async () => {
  const volume = ballVolume(gridOf([33, 21, 12]), [15, 10, 6], 5)
  const mask = threshold(volume, { lowHu: 0, highHu: 32767 }, IDLE_CONTEXT)
  const before = [volume.data.slice(), mask.words.slice()]
  const run = () => marchingCubes({ mask, volume }, { lowHu: 0, highHu: null }, IDLE_CONTEXT)
  expect(await run()).toEqual(await run())
  expect([volume.data, mask.words]).toEqual(before)
})
