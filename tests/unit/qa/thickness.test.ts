import { describe, expect, test } from 'vitest'
import { triangleCount } from '../../../src/core/mesh.ts'
import { seededNormal } from '../../../src/core/random.ts'
import { IDLE_CONTEXT } from '../../../src/core/stage.ts'
import type { Mesh, Vec3 } from '../../../src/core/types.ts'
import { femurPhantom } from '../../../src/import/phantom.ts'
import { decimate } from '../../../src/prepare/decimate.ts'
import { mend } from '../../../src/prepare/mend.ts'
import { SMOOTH, smooth } from '../../../src/prepare/smooth.ts'
import { closeByArea } from '../../../src/qa/area-closing.ts'
import { patchNormals } from '../../../src/qa/patch-normals.ts'
import { measureThickness } from '../../../src/qa/thickness.ts'
import { topology } from '../../../src/qa/topology.ts'
import { FILL_HOLES, fillHoles } from '../../../src/segment/fill-holes.ts'
import { ISLANDS, islands } from '../../../src/segment/islands.ts'
import { threshold } from '../../../src/segment/threshold.ts'
import { marchingCubes } from '../../../src/surface/marching-cubes.ts'
import { boxMesh, inverted, joinMeshes, sphereMesh } from '../../support/meshes.ts'

const measure = (mesh: Mesh, belowMm = 0.8) => measureThickness(topology(mesh).tree, belowMm, IDLE_CONTEXT)

/** A plate of n by n squares a face, `sideMm` wide; only the two faces move with `noise`. */
function plate(sideMm: number, thickMm: number, n: number, noise: () => number, at: Vec3 = [0, 0, 0]): Mesh {
  const positions: number[] = []
  for (const z of [0, thickMm]) {
    for (let j = 0; j <= n; j++)
      for (let i = 0; i <= n; i++)
        positions.push(at[0] + (sideMm * i) / n, at[1] + (sideMm * j) / n, at[2] + z + noise())
  }
  const v = (top: number, i: number, j: number) => top * (n + 1) ** 2 + j * (n + 1) + i
  const indices: number[] = []
  const quad = (a: number, b: number, c: number, d: number) => indices.push(a, b, c, a, c, d)
  for (let j = 0; j < n; j++) {
    for (let i = 0; i < n; i++) {
      quad(v(0, i, j), v(0, i, j + 1), v(0, i + 1, j + 1), v(0, i + 1, j))
      quad(v(1, i, j), v(1, i + 1, j), v(1, i + 1, j + 1), v(1, i, j + 1))
    }
    quad(v(0, j, 0), v(0, j + 1, 0), v(1, j + 1, 0), v(1, j, 0))
    quad(v(0, j + 1, n), v(0, j, n), v(1, j, n), v(1, j + 1, n))
    quad(v(0, 0, j + 1), v(0, 0, j), v(1, 0, j), v(1, 0, j + 1))
    quad(v(0, n, j), v(0, n, j + 1), v(1, n, j + 1), v(1, n, j))
  }
  return { positions: new Float32Array(positions), indices: new Uint32Array(indices) }
}
const flat = () => 0

/** Triangle t replaced by three around a point over its middle. */
function withPoint(mesh: Mesh, t: number, place: (middle: Vec3, corners: readonly Vec3[]) => Vec3): Mesh {
  const [a = 0, b = 0, c = 0] = mesh.indices.subarray(3 * t, 3 * t + 3)
  const corners = [a, b, c].map((v) => [...mesh.positions.subarray(3 * v, 3 * v + 3)] as unknown as Vec3)
  const middle = [0, 1, 2].map((k) => corners.reduce((sum, p) => sum + (p[k] as number) / 3, 0)) as unknown as Vec3
  const n = mesh.positions.length / 3
  const indices = [...mesh.indices]
  indices.splice(3 * t, 3, a, b, n, b, c, n, c, a, n)
  return {
    positions: new Float32Array([...mesh.positions, ...place(middle, corners)]),
    indices: new Uint32Array(indices),
  }
}

/** Just off an edge of the triangle and pushed out of the surface: a sliver that stands upright. */
const upright = (_: Vec3, [a, b]: readonly Vec3[]): Vec3 => {
  const r = Math.hypot(...(a as Vec3))
  return [0, 1, 2].map(
    (k) => (((a as Vec3)[k] as number) + ((b as Vec3)[k] as number)) * (0.5 + 0.02 / r),
  ) as unknown as Vec3
}
/** Beyond an edge of the triangle and under its neighbour: a fold, with one triangle facing inwards. */
const folded = (middle: Vec3, [a, b]: readonly Vec3[]): Vec3 =>
  [0, 1, 2].map((k) => {
    const edge = (((a as Vec3)[k] as number) + ((b as Vec3)[k] as number)) / 2
    return (edge + 0.3 * (edge - (middle[k] as number))) * 0.9995
  }) as unknown as Vec3

describe('solid parts have no thin wall', () => {
  test('the sample femur, as the line prepares it', async () => {
    const volume = femurPhantom()
    const limits = { lowHu: 600, highHu: 32767 }
    const bone = islands(threshold(volume, limits, IDLE_CONTEXT), ISLANDS.defaults, IDLE_CONTEXT)
    const mask = fillHoles(bone, { ...FILL_HOLES.defaults, mode: 'slices' }, IDLE_CONTEXT)
    const surface = await marchingCubes({ mask, volume }, limits, IDLE_CONTEXT)
    const even = await smooth(surface, SMOOTH.defaults, IDLE_CONTEXT)
    const few = mend(await decimate(even, { maxErrorMm: 0.1, targetRatio: 0.5 }, IDLE_CONTEXT))?.mesh as Mesh
    const result = await measure(few, 0.8)
    expect(result.byProcess.sla.belowHardMm2).toBe(0)
    expect(result.byProcess.fdm.belowHardMm2).toBe(0)
    expect(result.places).toEqual([])
    expect(result.thinnestMm).toBeGreaterThan(5)
    expect(Math.min(...result.perVertexMm)).toBe(Math.fround(result.thinnestMm))
    expect(result.unmeasuredMm2).toBeLessThan(5)
  })

  test.each([
    ['upright slivers', upright],
    ['folded pairs', folded],
  ])('a ball with planted %s', async (_, place) => {
    let ball = sphereMesh(20, 120)
    for (const t of [9000, 20_001, 30_500, 41_007]) ball = withPoint(ball, t, place)
    const { sound } = patchNormals(topology(ball).tree.mesh)
    expect(sound.reduce((n, s) => n + (s === 0 ? 1 : 0), 0)).toBeGreaterThanOrEqual(4)
    const result = await measure(ball)
    expect(result.byProcess.fdm.belowHardMm2).toBe(0)
    expect(result.places).toEqual([])
    expect(Math.min(...result.perVertexMm)).toBe(10)
    expect(result.unmeasuredMm2).toBeGreaterThan(0)
    expect(result.unmeasuredMm2).toBeLessThan(2)
  })
})

describe('thin walls keep their measure', () => {
  test.each([1, 5, 40])('a plate of 0.3 mm among thick parts, %s squares along a side', async (n) => {
    const part = joinMeshes(sphereMesh(12, 40, [-20, 0, 0]), plate(10, 0.3, n, flat), boxMesh([20, 0, 0], [30, 10, 10]))
    const result = await measure(part)
    expect(Math.abs(result.byProcess.sla.belowHardMm2 / 200 - 1)).toBeLessThan(0.05)
    expect(Math.abs(result.thinnestMm / 0.3 - 1)).toBeLessThan(0.02)
    expect(result.places.length).toBeGreaterThan(0)
    for (const { at, value } of result.places) {
      expect(value).toBeCloseTo(0.3, 2)
      expect(at[0]).toBeGreaterThanOrEqual(0)
      expect(at[0]).toBeLessThanOrEqual(10)
    }
  })

  test('a plate with rough faces (deviation 0.01 mm, seed 3): mean thickness and whole area', async () => {
    const rough = plate(
      10,
      0.5,
      40,
      (
        (normal) => () =>
          0.01 * normal()
      )(seededNormal(3)),
    )
    const result = await measure(rough)
    expect(Math.abs(result.byProcess.sls.belowHardMm2 / 200 - 1)).toBeLessThan(0.05)
    const sorted = [...result.perVertexMm].sort((a, b) => a - b)
    expect(sorted[sorted.length >> 1]).toBeGreaterThan(0.47)
    expect(sorted[sorted.length >> 1]).toBeLessThan(0.51)
    expect(result.thinnestMm).toBeGreaterThan(0.45)
  })

  test('a rough hollow ball (deviation 0.02 mm, seed 5) is as thick as its wall', async () => {
    const normal = seededNormal(5)
    const shake = (mesh: Mesh): Mesh => ({ ...mesh, positions: mesh.positions.map((v) => v + 0.02 * normal()) })
    const { perVertexMm, thinnestMm } = await measure(
      joinMeshes(shake(sphereMesh(20, 60)), inverted(shake(sphereMesh(18.5, 60)))),
    )
    expect(thinnestMm).toBeGreaterThan(1.38)
    expect(Math.max(...perVertexMm)).toBeLessThan(1.62)
  })

  test('a wedge: area up to the height that is asked for, and its thinnest patch', async () => {
    // Rises from 0.1 mm to 2.1 mm over 20 mm, 10 mm wide; measured square to the far face.
    const wedge = boxMesh([0, 0, 0], [20, 10, 1])
    for (const v of [4, 6]) wedge.positions[3 * v + 2] = 0.1
    for (const v of [5, 7]) wedge.positions[3 * v + 2] = 2.1
    const result = await measure(wedge)
    const cosine = Math.cos(Math.atan(0.1))
    // From below a ray goes up and is turned square by the cosine; from above it is square to the slope already.
    const along = (0.5 / cosine - 0.1) / 0.1
    const expected = 10 * along + (10 * (0.5 / cosine - 0.1)) / 0.1 / cosine
    expect(Math.abs(result.byProcess.sla.belowHardMm2 / expected - 1)).toBeLessThan(0.05)
    expect(result.thinnestMm).toBeGreaterThan(0.09)
    expect(result.thinnestMm).toBeLessThan(0.13)
  })

  test('a thin spot counts from a quarter of a square millimetre on', async () => {
    const withPin = (sideMm: number) =>
      joinMeshes(boxMesh([0, 0, 0], [10, 10, 10]), boxMesh([20, 0, 0], [20 + sideMm, sideMm, 0.1]))
    const small = await measure(withPin(0.2))
    expect(small.places).toEqual([])
    expect(small.byProcess.fdm.belowHardMm2).toBe(0)
    const large = await measure(withPin(0.6))
    expect(large.places).toHaveLength(1)
    expect(large.thinnestMm).toBeCloseTo(0.1, 4)
  })
})

test('a fine mesh beside an edge keeps its own directions', () => {
  const fine = plate(10, 0.3, 80, flat)
  const { normals, sound } = patchNormals(topology(fine).tree.mesh)
  expect(triangleCount(fine)).toBe(sound.length)
  for (let t = 0; t < sound.length; t++) expect(Math.hypot(...normals.subarray(3 * t, 3 * t + 3))).toBeCloseTo(1, 5)
})

describe('area closing', () => {
  // A strip of triangles, each joined to the next: (0 1 2) (1 2 3) (2 3 4) ...
  const strip = (n: number) => new Uint32Array(Array.from({ length: 3 * n }, (_, i) => Math.floor(i / 3) + (i % 3)))
  const close = (value: number[], areaMm2: number[]) => [
    ...closeByArea(strip(value.length), value.length + 2, { value, areaMm2, triangle: value.map((_, t) => t) }, 1, 9),
  ]

  test('a low spot that is too small is filled to where it is large enough', () => {
    expect(close([5, 1, 4, 6], [0.5, 0.5, 0.5, 0.5])).toEqual([5, 4, 4, 4, 4, 6])
  })
  test('a large one stays, and what touches it keeps its own value', () => {
    expect(close([5, 1, 4, 6], [0.5, 1, 0.5, 0.5])).toEqual([5, 1, 1, 1, 4, 6])
  })
  test('two spots that meet count together', () => {
    expect(close([1, 3, 2], [0.5, 0.1, 0.5])).toEqual([2, 2, 2, 2, 2])
  })
  test('a surface that is smaller as a whole has no value', () => {
    expect(close([1, 2], [0.4, 0.4])).toEqual([9, 9, 9, 9])
  })
})
