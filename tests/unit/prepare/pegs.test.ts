import { describe, expect, test } from 'vitest'
import { meshBounds, meshVolumeMm3 } from '../../../src/core/mesh.ts'
import { IDLE_CONTEXT } from '../../../src/core/stage.ts'
import type { Mesh, Vec3 } from '../../../src/core/types.ts'
import type { Connector } from '../../../src/prepare/connector.ts'
import { loadManifold } from '../../../src/prepare/manifold.io.ts'
import { pegs } from '../../../src/prepare/pegs.ts'
import { CONNECTOR_WISH, type ConnectorWish, placeConnectors } from '../../../src/prepare/place-connectors.ts'
import { dot, type Plane, plus } from '../../../src/prepare/plane.ts'
import { surfaceGrid } from '../../../src/prepare/surface-grid.ts'
import { crossingPairs, expectClosed, fineBall, torusMesh } from '../../support/closed-part.ts'
import { fingerprint } from '../../support/fingerprint.ts'
import { boxMesh } from '../../support/meshes.ts'

const BLOCK = boxMesh([100, 50, 300], [140, 80, 320])
const LEVEL: Plane = { pointLps: [100, 50, 310], normalLps: [0, 0, 1] }
const CLEARANCE_MM = 0.2
const place = (wish: Partial<ConnectorWish> = {}, mesh: Mesh = BLOCK) =>
  placeConnectors(mesh, { ...CONNECTOR_WISH, plane: LEVEL, ...wish }, loadManifold)
const cutWith = (connectors: readonly Connector[], mesh: Mesh = BLOCK, plane = LEVEL, clearanceMm = CLEARANCE_MM) =>
  pegs(mesh, { plane, connectors, clearanceMm }, IDLE_CONTEXT, loadManifold) as Promise<[Mesh, Mesh]>
/** Area of the 64 corners that stand for a circle. */
const roundMm2 = (radiusMm: number) => 32 * radiusMm ** 2 * Math.sin(Math.PI / 32)

function* vertices({ positions }: Mesh): Generator<Vec3> {
  for (let v = 0; v < positions.length; v += 3) yield [...positions.subarray(v, v + 3)] as unknown as Vec3
}

/** Distances to the other body from all that stands out over the plane by more than so much. */
function gaps(from: Mesh, to: Mesh, plane: Plane, aboveMm: number): number[] {
  const near = surfaceGrid(to)
  return [...vertices(from)]
    .filter((at) => dot(plus(at, plane.pointLps, -1), plane.normalLps) > aboveMm)
    .map((at) => near.distance(...at))
}

describe('pegs', () => {
  test('one peg of 6 mm: its volume, that of its socket, and 0.2 mm between them', async () => {
    const at: Vec3 = [120, 65, 310]
    const [behind, before] = await cutWith([{ kind: 'peg', atLps: at, diameterMm: 6, depthMm: 5 }])
    for (const body of [behind, before]) {
      expectClosed(body)
      expect(crossingPairs(body)).toBe(0)
    }
    expect(meshVolumeMm3(behind)).toBeCloseTo(12_000 + 5 * roundMm2(3), 1)
    expect(meshVolumeMm3(before)).toBeCloseTo(12_000 - 5.2 * roundMm2(3.2), 1)
    expect(meshBounds(behind).max[2]).toBeCloseTo(315, 4)
    // The circles stand for themselves to 0.02 mm, in size and in area.
    expect(3.2 * (1 - Math.cos(Math.PI / 64))).toBeLessThan(0.02)
    const between = gaps(behind, before, LEVEL, 0.5)
    expect(between.length).toBeGreaterThanOrEqual(64)
    for (const mm of between) expect(Math.abs(mm - CLEARANCE_MM)).toBeLessThan(0.02)
  })

  test('on a tilted plane through a ball: the gap is the clearance there too', async () => {
    const plane: Plane = { pointLps: [-40, 12, 7], normalLps: [1 / 3, 2 / 3, -2 / 3] }
    const ball = fineBall(15, [-40, 12, 7], 24)
    const connectors = await place({ plane, clearanceMm: 0.4, count: 2 }, ball)
    const [behind, before] = await cutWith(connectors, ball, plane, 0.4)
    for (const body of [behind, before]) expectClosed(body)
    const between = gaps(behind, before, plane, 0.5)
    expect(between.length).toBeGreaterThanOrEqual(128)
    for (const mm of between) expect(Math.abs(mm - 0.4)).toBeLessThan(0.02)
    expect(fingerprint(await cutWith(connectors, ball, plane, 0.4))).toEqual(fingerprint([behind, before]))
  })

  test('holes for a magnet on both sides', async () => {
    const [behind, before] = await cutWith([{ kind: 'magnet', atLps: [120, 65, 310], diameterMm: 5, depthMm: 2 }])
    for (const body of [behind, before]) {
      expectClosed(body)
      expect(meshVolumeMm3(body)).toBeCloseTo(12_000 - 2.2 * roundMm2(2.7), 1)
    }
  })

  test('a dovetail runs through, is wider at its top, and slides with the clearance', async () => {
    const dovetail: Connector = {
      kind: 'dovetail',
      atLps: [120, 65, 310],
      slideLps: [0, 1, 0],
      widthMm: 6,
      depthMm: 4,
    }
    const [behind, before] = await cutWith([dovetail])
    for (const body of [behind, before]) expectClosed(body)
    // A trapezium of 6 at the foot, 8 at the top, over the 30 mm of the block.
    expect(meshVolumeMm3(behind)).toBeCloseTo(12_000 + 4 * 7 * 30, 1)
    const foot = 6 + 2 * 0.2 * Math.sqrt(1 + 0.25 ** 2)
    expect(meshVolumeMm3(before)).toBeCloseTo(12_000 - 4.2 * (foot + 0.25 * 4.2) * 30, 1)
    for (const mm of gaps(behind, before, LEVEL, 0.5)) expect(Math.abs(mm - CLEARANCE_MM)).toBeLessThan(0.02)
  })

  test('no connector: a plain cut; a plane that misses, no clearance: refused by name', async () => {
    expect((await cutWith([])).map(meshVolumeMm3)).toEqual([12_000, 12_000])
    const above: Plane = { ...LEVEL, pointLps: [0, 0, 330] }
    await expect(cutWith([], BLOCK, above)).rejects.toMatchObject({ code: 'app/bad-parameter' })
    await expect(cutWith([], BLOCK, LEVEL, -0.1)).rejects.toMatchObject({ code: 'app/bad-parameter' })
  })

  test('a groove that would cut a body to pieces is refused by name', async () => {
    const through: Connector = { kind: 'dovetail', atLps: [120, 65, 310], slideLps: [0, 1, 0], widthMm: 6, depthMm: 11 }
    await expect(cutWith([through])).rejects.toMatchObject({ code: 'prepare/no-room' })
  })
})

describe('placeConnectors', () => {
  test('1200 mm2: three pegs of 7 mm, a margin from the edge and from each other', async () => {
    const found = await place()
    expect(found.map((c) => c.kind === 'peg' && [c.diameterMm, c.depthMm])).toEqual([
      [7, 7],
      [7, 7],
      [7, 7],
    ])
    const need = 3.5 + 0.2 + 1
    for (const [n, { atLps }] of found.entries()) {
      expect(atLps[2]).toBe(310)
      expect(Math.min(atLps[0] - 100, 140 - atLps[0], atLps[1] - 50, 80 - atLps[1])).toBeGreaterThan(need - 1e-6)
      for (const other of found.slice(0, n)) {
        const away = plus(atLps, other.atLps, -1)
        expect(Math.sqrt(dot(away, away))).toBeGreaterThan(2 * need - 1e-6)
      }
    }
    expect(found[0]?.atLps[1]).toBeCloseTo(65, 0)
  })

  test('in a ring: one in each of its two ends', async () => {
    const plane: Plane = { pointLps: [0, 0, 0], normalLps: [0, 1, 0] }
    const found = await place({ plane, leastMm: 3 }, torusMesh(20, 6))
    expect(found.map((c) => Math.round(Math.abs(c.atLps[0]))).sort()).toEqual([20, 20])
    expect(Math.sign(found[0]?.atLps[0] ?? 0)).toBe(-Math.sign(found[1]?.atLps[0] ?? 0))
  })

  test('under a roof: where a socket would break through above, there is none', async () => {
    // 1 mm above the cut at x = 0, 11 mm at x = 20.
    const wedge = boxMesh([0, 0, 0], [20, 20, 10])
    for (const [v, z] of [
      [4, 11],
      [5, 21],
      [6, 11],
      [7, 21],
    ] as const)
      wedge.positions[3 * v + 2] = z
    const plane: Plane = { pointLps: [0, 0, 10], normalLps: [0, 0, 1] }
    const [peg] = await place({ plane, count: 1, diameterMm: 3, depthMm: 5 }, wedge)
    // A socket of 5.2 mm and a margin of 1 mm all round: the roof is so high from x = 10.4 on.
    expect(peg?.atLps[0]).toBeGreaterThan(10.4 + 1.7 + 1)
    const [behind, before] = await cutWith([peg as Connector], wedge, plane)
    for (const body of [behind, before]) expectClosed(body)
  })

  test('a dovetail slides along the short way', async () => {
    const [dovetail] = await place({ kind: 'dovetail' })
    expect(dovetail).toMatchObject({ kind: 'dovetail', widthMm: 7 })
    const slide = dovetail?.kind === 'dovetail' ? dovetail.slideLps : [0, 0, 0]
    expect(Math.abs(slide[1] ?? 0)).toBeCloseTo(1, 6)
    const [behind, before] = await cutWith([dovetail as Connector])
    for (const body of [behind, before]) expectClosed(body)
  })

  test('a cut of 3 x 3 mm, a peg of 20 mm, one of 1 mm, forty pegs: refused by name, with the area', async () => {
    await expect(place({}, boxMesh([100, 50, 300], [103, 53, 320]))).rejects.toMatchObject({
      code: 'prepare/no-room',
      detail: { areaMm2: 9 },
    })
    await expect(place({ diameterMm: 20 })).rejects.toMatchObject({ code: 'prepare/no-room' })
    await expect(place({ diameterMm: 1 })).rejects.toMatchObject({ code: 'prepare/no-room' })
    await expect(place({ count: 40 })).rejects.toMatchObject({ code: 'prepare/no-room' })
    const above: Plane = { ...LEVEL, pointLps: [0, 0, 330] }
    await expect(place({ plane: above })).rejects.toMatchObject({ code: 'app/bad-parameter' })
  })
})
