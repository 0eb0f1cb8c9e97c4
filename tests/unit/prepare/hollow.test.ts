import { expect, test } from 'vitest'
import { emptyMask } from '../../../src/core/mask.ts'
import { meshVolumeMm3 } from '../../../src/core/mesh.ts'
import { IDLE_CONTEXT } from '../../../src/core/stage.ts'
import type { Mask, Mesh, Vec3 } from '../../../src/core/types.ts'
import { hollow } from '../../../src/prepare/hollow.ts'
import { surfaceTree } from '../../../src/prepare/surface-tree.ts'
import { threshold } from '../../../src/segment/threshold.ts'
import { marchingCubes } from '../../../src/surface/marching-cubes.ts'
import { defectsOf, NO_DEFECTS } from '../../support/manifold.ts'
import { ballVolume, gridOf, maskOf } from '../../support/phantoms.ts'

const ANY = { lowHu: null, highHu: null }
const hollowed = (mask: Mask, wallMm: number) => hollow({ mask, volume: null }, { ...ANY, wallMm }, IDLE_CONTEXT)

const bumpy = (spacing: Vec3) =>
  maskOf(gridOf(spacing.map((mm) => Math.ceil(34 / mm)) as unknown as Vec3, spacing), (...at) => {
    const [x, y, z] = at.map((p, axis) => p * (spacing[axis] as number) - 16) as [number, number, number]
    return Math.hypot(x, y * 1.2, z) < 13 + 1.5 * Math.sin(x / 2) * Math.cos(y / 2)
  })

/** The triangles after the first `outer` ones, as a mesh of their own. */
function innerOf(mesh: Mesh, outer: Mesh): Mesh {
  return { positions: mesh.positions, indices: mesh.indices.slice(outer.indices.length) }
}

/** Distances from every vertex that `from` uses to the surface of `to`. */
function distances(from: Mesh, to: Mesh): number[] {
  const tree = surfaceTree(to)
  return [...new Set(from.indices)].map((v) =>
    tree.distance(...(Array.from(from.positions.subarray(3 * v, 3 * v + 3)) as [number, number, number])),
  )
}

test.each([
  [1, 1, 1],
  [0.6, 0.6, 1],
  [0.5, 0.8, 1.5],
])('outside as it was, inside at the wall, closed and apart, at %f x %f x %f mm', async (...spacing) => {
  const mask = bumpy(spacing)
  const wallMm = 3
  const outer = await marchingCubes({ mask, volume: null }, ANY, IDLE_CONTEXT)
  const shell = await hollowed(mask, wallMm)
  expect(shell.positions.slice(0, outer.positions.length)).toEqual(outer.positions)
  expect(shell.indices.slice(0, outer.indices.length)).toEqual(outer.indices)
  const inner = innerOf(shell, outer)
  expect(defectsOf(shell)).toEqual(NO_DEFECTS)
  expect(meshVolumeMm3(outer)).toBeGreaterThan(0)
  expect(meshVolumeMm3(inner)).toBeLessThan(0)
  const walls = distances(inner, outer)
  const bound = Math.hypot(...spacing)
  expect(Math.min(...walls)).toBeGreaterThan(wallMm - bound)
  expect(Math.max(...walls)).toBeLessThan(wallMm + bound)
  const mean = walls.reduce((sum, mm) => sum + mm, 0) / walls.length
  expect(Math.abs(mean - wallMm)).toBeLessThan(bound / 3)
})

test('a box on an uneven grid has its wall to a stored step', async () => {
  const spacing: Vec3 = [0.5, 0.7, 2]
  const mask = maskOf(gridOf([60, 50, 24], spacing), (i, j, k) => i > 4 && i < 52 && j > 3 && j < 45 && k > 1 && k < 22)
  const shell = await hollowed(mask, 4)
  const outer = await marchingCubes({ mask, volume: null }, ANY, IDLE_CONTEXT)
  const walls = distances(innerOf(shell, outer), outer)
  expect(Math.min(...walls)).toBeGreaterThan(4 - 0.01)
})

test('the thinnest wall that is allowed still keeps the surfaces apart', async () => {
  const spacing: Vec3 = [1, 1, 2.5]
  const mask = bumpy(spacing)
  const least = (Math.hypot(...spacing) / 2) * 1.001
  const outer = await marchingCubes({ mask, volume: null }, ANY, IDLE_CONTEXT)
  const shell = await hollowed(mask, least)
  expect(Math.min(...distances(innerOf(shell, outer), outer))).toBeGreaterThan(0.05)
  await expect(hollowed(mask, least * 0.99)).rejects.toMatchObject({
    code: 'app/bad-parameter',
    detail: { leastMm: least },
  })
})

test('a volume places the outer surface as the surface step does', async () => {
  const volume = ballVolume(gridOf([30, 30, 30]), [14.3, 14.8, 15.1], 11)
  const mask = threshold(volume, { lowHu: 0, highHu: 32767 }, IDLE_CONTEXT)
  const params = { lowHu: 0, highHu: null }
  const outer = await marchingCubes({ mask, volume }, params, IDLE_CONTEXT)
  const shell = await hollow({ mask, volume }, { ...params, wallMm: 3 }, IDLE_CONTEXT)
  expect(shell.positions.slice(0, outer.positions.length)).toEqual(outer.positions)
})

test('where the border of the scan cuts the part, the cut face has a wall too', async () => {
  const mask = maskOf(gridOf([30, 30, 30]), (i, j, k) => Math.hypot(i - 15, j - 15, k) < 12)
  const outer = await marchingCubes({ mask, volume: null }, ANY, IDLE_CONTEXT)
  const walls = distances(innerOf(await hollowed(mask, 3), outer), outer)
  expect(Math.min(...walls)).toBeGreaterThan(3 - Math.hypot(1, 1, 1))
})

test('nothing to hollow, nothing at all, a bad wall, cancelling', async () => {
  const mask = maskOf(gridOf([20, 20, 20]), (i, j, k) => Math.hypot(i - 10, j - 10, k - 10) < 5)
  await expect(hollowed(mask, 6)).rejects.toMatchObject({ code: 'segment/empty' })
  await expect(hollowed(emptyMask(mask.grid), 2)).rejects.toMatchObject({ code: 'surface/empty' })
  for (const wallMm of [0, Number.NaN, 0.5]) {
    await expect(hollowed(mask, wallMm)).rejects.toMatchObject({ code: 'app/bad-parameter' })
  }
  const ctx = { ...IDLE_CONTEXT, signal: AbortSignal.abort() }
  await expect(hollow({ mask, volume: null }, { ...ANY, wallMm: 2 }, ctx)).rejects.toMatchObject({ name: 'AbortError' })
})
