import { expect, test } from 'vitest'
import { countVoxels } from '../../../src/core/mask.ts'
import { meshVolumeMm3 } from '../../../src/core/mesh.ts'
import { IDLE_CONTEXT } from '../../../src/core/stage.ts'
import type { Vec3, Volume } from '../../../src/core/types.ts'
import { isoSurface } from '../../../src/surface/field.ts'
import { marchingCubes } from '../../../src/surface/marching-cubes.ts'
import { fingerprint } from '../../support/fingerprint.ts'
import { defectsOf, NO_DEFECTS } from '../../support/manifold.ts'
import { gridOf, volumeOf } from '../../support/phantoms.ts'
import { SURFACE_CASES, twoCellMask } from '../../support/surface-cases.ts'

test.each(Object.entries(SURFACE_CASES))(
  '%s: no open or doubled edge, one winding, closed fans, the same bytes twice',
  async (_, make) => {
    const { input, params } = make()
    const mesh = await marchingCubes(input, params, IDLE_CONTEXT)
    expect(defectsOf(mesh)).toEqual(NO_DEFECTS)
    expect(meshVolumeMm3(mesh)).toBeGreaterThan(0)
    expect(fingerprint(await marchingCubes(input, params, IDLE_CONTEXT))).toEqual(fingerprint(mesh))
  },
)

test.each([0, 1, 2] as const)(
  'the masks of two cells along axis %i hold each of the 12 corners in half of the ways',
  (axis) => {
    expect(countVoxels(twoCellMask(axis))).toBe((4096 / 2) * 12)
  },
)

const PER_MM = 200
/** A field that falls by 200 a millimetre outwards, 0 on the surface. */
function fieldOf(edgeMm: number, outsideMm: (p: Vec3) => number): Volume {
  const n = Math.round(64 / edgeMm)
  const place = (i: number) => i * edgeMm - 32.2
  return volumeOf(gridOf([n, n, n], [edgeMm, edgeMm, edgeMm]), (i, j, k) =>
    Math.max(-32768, Math.min(32767, Math.round(-PER_MM * outsideMm([place(i), place(j), place(k)])))),
  )
}

/** How far the isovalue and rounding to whole numbers can move the surface. */
const LEVEL_MM = 1 / PER_MM

const TORUS = { major: 18, minor: 7 }
const BOX: Vec3 = [41, 27, 15]

/**
 * A facet of a cell lies at most chord^2 / 8 of the curvature inside, its chord is at most the cell's diagonal: 3 edge^2 / (8 r).
 */
const sagittaMm = (edge: number, radius: number) => (3 * edge * edge) / (8 * radius)

test.each([0.8, 1, 1.6])('a ball of 23 mm in voxels of %f mm has the volume of a ball', async (edge) => {
  const radius = 23
  const mesh = await isoSurface(
    fieldOf(edge, (p) => Math.hypot(...p) - radius),
    0,
    IDLE_CONTEXT,
  )
  const area = 4 * Math.PI * radius ** 2
  const error = meshVolumeMm3(mesh) - (4 / 3) * Math.PI * radius ** 3
  expect(error).toBeLessThan(area * LEVEL_MM)
  expect(error).toBeGreaterThan(-area * (sagittaMm(edge, radius) + LEVEL_MM))
})

test.each([0.8, 1, 1.6])('a torus in voxels of %f mm has the volume of a torus', async (edge) => {
  const { major, minor } = TORUS
  const outside = ([x, y, z]: Vec3) => Math.hypot(Math.hypot(x, y) - major, z) - minor
  const mesh = await isoSurface(fieldOf(edge, outside), 0, IDLE_CONTEXT)
  const area = 4 * Math.PI ** 2 * major * minor
  const error = meshVolumeMm3(mesh) - 2 * Math.PI ** 2 * major * minor ** 2
  expect(Math.abs(error)).toBeLessThan(area * (sagittaMm(edge, minor) + LEVEL_MM))
})

test.each([0.8, 1, 1.6])('a box in voxels of %f mm loses at most half a voxel along its edges', async (edge) => {
  const half = BOX.map((n) => n / 2)
  const outside = (p: Vec3) => Math.max(...p.map((x, axis) => Math.abs(x) - (half[axis] as number)))
  const mesh = await isoSurface(fieldOf(edge, outside), 0, IDLE_CONTEXT)
  const [a, b, c] = BOX
  const error = meshVolumeMm3(mesh) - a * b * c
  const area = 2 * (a * b + b * c + c * a)
  expect(error).toBeLessThan(area * LEVEL_MM)
  expect(error).toBeGreaterThan(-4 * (a + b + c) * (edge * edge) * 0.5 - area * LEVEL_MM)
})
