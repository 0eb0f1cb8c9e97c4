import { expect, test } from 'vitest'
import { meshVolumeMm3 } from '../../../src/core/mesh.ts'
import { IDLE_CONTEXT } from '../../../src/core/stage.ts'
import type { Mesh, Vec3, Volume } from '../../../src/core/types.ts'
import { threshold } from '../../../src/segment/threshold.ts'
import { fieldSurface, isoSurface } from '../../../src/surface/field.ts'
import { marchingCubes } from '../../../src/surface/marching-cubes.ts'
import { fingerprint } from '../../support/fingerprint.ts'
import { defectsOf, NO_DEFECTS } from '../../support/manifold.ts'
import { ballVolume, gridOf, gyroidVolume, volumeOf } from '../../support/phantoms.ts'

/** Stored units a millimetre, as a signed distance has them: the slope turns them back. */
const PER_MM = 64
const signedBall = (radiusMm: number, spacing: Vec3 = [1, 1, 1]): Volume => ({
  ...ballVolume(gridOf([50, 48, 46], spacing), [24.2, 23.7, 22.9], radiusMm, PER_MM),
  slope: 1 / PER_MM,
})

/** Signed distance to a ring with a groove: an outer surface with handles, and a hollow that follows it. */
const signedRing = (): Volume =>
  volumeOf(
    gridOf([60, 60, 28]),
    (i, j, k) => Math.round(PER_MM * (8 - Math.hypot(Math.hypot(i - 29.3, j - 30.1) - 18, k - 13.6))),
    { slope: 1 / PER_MM },
  )

test('a scalar field needs no mask: as marching cubes on its threshold', async () => {
  const volume = gyroidVolume(40)
  for (const [lowHu, highHu] of [
    [0, null],
    [-300, 400],
    [null, 100],
  ] as const) {
    const mask = threshold(volume, { lowHu: lowHu ?? -40000, highHu: highHu ?? 40000 }, IDLE_CONTEXT)
    const expected = await marchingCubes({ mask, volume }, { lowHu, highHu }, IDLE_CONTEXT)
    expect(fingerprint(await fieldSurface(volume, { lowHu, highHu }, IDLE_CONTEXT))).toEqual(fingerprint(expected))
  }
  expect(fingerprint(await isoSurface(volume, 7, IDLE_CONTEXT))).toEqual(
    fingerprint(await fieldSurface(volume, { lowHu: 7, highHu: null }, IDLE_CONTEXT)),
  )
})

test('a level of a signed distance is the ball made smaller by it', async () => {
  for (const levelMm of [0, 3, 7.5]) {
    const mesh = await isoSurface(signedBall(20), levelMm, IDLE_CONTEXT)
    const radius = 20 - levelMm
    expect(Math.abs(meshVolumeMm3(mesh) / ((4 / 3) * Math.PI * radius ** 3) - 1)).toBeLessThan(0.008)
  }
})

type Point = readonly [number, number, number]
const pointsOf = (mesh: Mesh): Point[] =>
  Array.from({ length: mesh.positions.length / 3 }, (_, v) => [...mesh.positions.subarray(v * 3, v * 3 + 3)] as never)
const keyOf = (p: Point) => p.map((x) => Math.round(x * 4096)).join()

test.each([
  ['a ball', () => signedBall(20), 0, 3],
  ['a ball, both faces inside', () => signedBall(21), 1.5, 4.25],
  ['a ring', signedRing, 0, 2.5],
] as const)(
  'the wall of %s: two level sets in one closed mesh, the inner one turned round',
  async (_, make, outerMm, innerMm) => {
    const distance = make()
    const shell = await fieldSurface(distance, { lowHu: outerMm, highHu: innerMm }, IDLE_CONTEXT)
    const outer = await isoSurface(distance, outerMm, IDLE_CONTEXT)
    // What lies beyond the wall begins one stored integer after it.
    const inner = await isoSurface(distance, innerMm + 1 / PER_MM, IDLE_CONTEXT)
    expect(defectsOf(shell)).toEqual(NO_DEFECTS)
    expect(meshVolumeMm3(shell)).toBeCloseTo(meshVolumeMm3(outer) - meshVolumeMm3(inner), 0)
    const keys = new Set([...pointsOf(outer), ...pointsOf(inner)].map(keyOf))
    expect(shell.positions.length).toBe(outer.positions.length + inner.positions.length)
    expect(pointsOf(shell).filter((p) => !keys.has(keyOf(p)))).toEqual([])
  },
)

test('each face of the wall lies at its level', async () => {
  const shell = await fieldSurface(signedBall(20), { lowHu: 0, highHu: 3 }, IDLE_CONTEXT)
  const depths = pointsOf(shell).map(([x, y, z]) => 20 - Math.hypot(x - 24.2, y - 23.7, z - 22.9))
  const [onOuter, onInner] = [depths.filter((d) => d < 1.5), depths.filter((d) => d >= 1.5)]
  // A distance bends along a grid edge by at most edge^2 / (8 radius), and is stored in 1/64 mm.
  for (const d of onOuter) expect(Math.abs(d)).toBeLessThan(1 / (8 * 20) + 1 / PER_MM)
  for (const d of onInner) expect(Math.abs(d - 3)).toBeLessThan(1 / (8 * 17) + 1 / PER_MM)
  expect(Math.min(onOuter.length, onInner.length)).toBeGreaterThan(1000)
})

test('where the field never reaches the inner level the part stays solid', async () => {
  const distance = signedBall(10)
  expect(fingerprint(await fieldSurface(distance, { lowHu: 0, highHu: 11 }, IDLE_CONTEXT))).toEqual(
    fingerprint(await isoSurface(distance, 0, IDLE_CONTEXT)),
  )
})

test('nothing in the range is an error with a name, limits the wrong way round too', async () => {
  const volume = gyroidVolume(16)
  await expect(isoSurface(volume, 5000, IDLE_CONTEXT)).rejects.toMatchObject({ code: 'surface/empty' })
  await expect(fieldSurface(volume, { lowHu: 3, highHu: 2 }, IDLE_CONTEXT)).rejects.toMatchObject({
    code: 'app/bad-parameter',
  })
})
