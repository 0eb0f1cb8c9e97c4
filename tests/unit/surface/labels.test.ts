import { expect, test } from 'vitest'
import { meshVolumeMm3 } from '../../../src/core/mesh.ts'
import { IDLE_CONTEXT } from '../../../src/core/stage.ts'
import type { LabelMap, Mesh, Vec3 } from '../../../src/core/types.ts'
import { labelSurfaces } from '../../../src/surface/labels.ts'
import { marchingCubes } from '../../../src/surface/marching-cubes.ts'
import { fingerprint } from '../../support/fingerprint.ts'
import { defectsOf, NO_DEFECTS } from '../../support/manifold.ts'
import { gridOf, labelsOf, maskOf, randomLabels } from '../../support/phantoms.ts'

/** Each label made alone, from its own mask of the whole size. */
async function oneByOne(map: LabelMap) {
  const [nx, ny] = map.grid.size
  const present = [...new Set(map.labels)].filter((label) => label !== 0).sort((a, b) => a - b)
  return Promise.all(
    present.map(async (label) => {
      const mask = maskOf(map.grid, (i, j, k) => map.labels[i + nx * (j + ny * k)] === label)
      return { label, mesh: await marchingCubes({ mask, volume: null }, { lowHu: null, highHu: null }, IDLE_CONTEXT) }
    }),
  )
}

test.each([
  [[33, 9, 8], 3],
  [[64, 7, 6], 2],
  [[97, 12, 5], 7],
  [[5, 5, 5], 255],
  [[1, 1, 1], 1],
] as const)('labels in %j, up to %i: each as if it were made alone, and closed', async (size, most) => {
  const map = randomLabels(gridOf(size, [0.7, 0.9, 1.3], { origin: [-31, 8, 100.5] }), most, 4)
  const surfaces = await labelSurfaces(map, IDLE_CONTEXT)
  expect(fingerprint(surfaces)).toEqual(fingerprint(await oneByOne(map)))
  for (const { mesh } of surfaces) expect(defectsOf(mesh)).toEqual(NO_DEFECTS)
})

test('small boxes far from the corner, on a left-handed grid: to the bit as in the whole', async () => {
  const grid = gridOf([90, 60, 50], [0.31, 0.47, 1.1], {
    origin: [12.3, -90.1, 700.7],
    direction: [-0.6, 0.8, 0, 0.8, 0.6, 0, 0, 0, 1],
  })
  const map = labelsOf(grid, (i, j, k) => {
    if (i > 70 && j > 40 && k > 30 && k < 36) return 9
    return i > 33 && i < 41 && j < 20 && k > 44 ? 200 : 0
  })
  const surfaces = await labelSurfaces(map, IDLE_CONTEXT)
  expect(surfaces.map(({ label }) => label)).toEqual([9, 200])
  expect(fingerprint(surfaces)).toEqual(fingerprint(await oneByOne(map)))
  for (const { mesh } of surfaces) expect(meshVolumeMm3(mesh)).toBeGreaterThan(0)
})

const verticesOf = (mesh: Mesh) =>
  Array.from({ length: mesh.positions.length / 3 }, (_, v) => mesh.positions.subarray(v * 3, v * 3 + 3).join())

test('neighbours share the vertices of their common face, bit for bit', async () => {
  const grid = gridOf([60, 40, 40], [0.7, 0.7, 1.1], { origin: [3.1, -20.7, 55.3] })
  const centre: Vec3 = [30, 20, 20]
  // A ball cut in two by a bent face.
  const map = labelsOf(grid, (i, j, k) => {
    const inBall = Math.hypot(i - centre[0], j - centre[1], k - centre[2]) < 16
    return inBall ? (i > 30 + 3 * Math.sin(j / 3) ? 2 : 1) : 0
  })
  const [one, two] = (await labelSurfaces(map, IDLE_CONTEXT)).map(({ mesh }) => new Set(verticesOf(mesh))) as [
    Set<string>,
    Set<string>,
  ]
  const whole = await marchingCubes(
    { mask: maskOf(grid, (i, j, k) => map.labels[i + 60 * (j + 40 * k)] !== 0), volume: null },
    { lowHu: null, highHu: null },
    IDLE_CONTEXT,
  )
  const outside = new Set(verticesOf(whole))
  const shared = [...one].filter((vertex) => two.has(vertex))
  expect(shared.length).toBeGreaterThan(500)
  // Whatever is not on the outside of both together lies on the face between them, and belongs to both.
  for (const set of [one, two]) {
    expect([...set].filter((vertex) => !outside.has(vertex)).sort()).toEqual([...shared].sort())
  }
})

test('background alone is an error with a name; a cancelled run stops; the labels are left as they were', async () => {
  const empty = labelsOf(gridOf([40, 3, 3]), () => 0)
  await expect(labelSurfaces(empty, IDLE_CONTEXT)).rejects.toMatchObject({ code: 'surface/empty' })
  const map = randomLabels(gridOf([34, 5, 6]), 4, 1)
  const before = map.labels.slice()
  const signal = AbortSignal.abort()
  await expect(labelSurfaces(map, { signal, progress: () => {} })).rejects.toMatchObject({ name: 'AbortError' })
  expect(fingerprint(await labelSurfaces(map, IDLE_CONTEXT))).toEqual(
    fingerprint(await labelSurfaces(map, IDLE_CONTEXT)),
  )
  expect(map.labels).toEqual(before)
})
