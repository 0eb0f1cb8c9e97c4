import { describe, expect, test } from 'vitest'
import { gapsOf } from '../../../src/app/part-fit.ts'
import type { PartFit } from '../../../src/app/part-view.ts'
import { joinedMesh } from '../../../src/core/mesh.ts'
import { IDLE_CONTEXT } from '../../../src/core/stage.ts'
import type { Mesh } from '../../../src/core/types.ts'
import { loadManifold } from '../../../src/prepare/manifold.io.ts'
import { overlapMm3 } from '../../../src/prepare/overlap.ts'
import { type Fit, fitOf } from '../../../src/qa/fit.ts'
import { insideOf } from '../../../src/qa/inside.ts'
import { boxMesh } from '../../support/meshes.ts'
import { sphereMesh } from '../../support/sphere-mesh.ts'

const CLEARANCE_MM = 0.4
const measure = (a: Mesh, b: Mesh) => fitOf(a, b, CLEARANCE_MM, IDLE_CONTEXT)
const cube = (x: number) => boxMesh([x, 0, 0], [x + 10, 10, 10])
const inward = ({ positions, indices }: Mesh): Mesh => ({ positions, indices: indices.slice().reverse() })
/** A ball in a hollow ball, this far from its wall. */
const inSocket = (gapMm: number) =>
  measure(sphereMesh(5, [0, 0, 0]), joinedMesh([sphereMesh(8, [0, 0, 0]), inward(sphereMesh(5 + gapMm, [0, 0, 0]))]))

describe('two blocks side by side', () => {
  test.each([
    [0.5, 0],
    [CLEARANCE_MM - 0.01, 200],
    [CLEARANCE_MM + 0.01, 0],
  ])('%s mm apart: the gap to the micrometre, and the two faces that meet', async (gapMm, tightMm2) => {
    const { leastMm, leastAt, facingMm2, tightMm2: found } = await measure(cube(0), cube(10 + gapMm))
    expect(leastMm).toBeCloseTo(gapMm, 5)
    expect(leastAt[0]).toBeOneOf([10, expect.closeTo(10 + gapMm, 5)])
    // Corners of the faces beside count for a third of theirs.
    expect(facingMm2).toBeGreaterThan(200)
    if (tightMm2 === 0) expect(found).toBe(0)
    else expect(found).toBeGreaterThan(tightMm2 - 1)
  })

  test('far apart nothing faces', async () => expect(await measure(cube(0), cube(20))).toMatchObject({ facingMm2: 0 }))

  test('one in the other is negative, as deep as it is', async () => {
    const { leastMm, gapMm } = await measure(boxMesh([2, 3, 3], [6, 7, 7]), cube(0))
    expect(leastMm).toBeCloseTo(-3, 5)
    expect(Math.max(...gapMm[0])).toBeCloseTo(-2, 5)
    // The outer block's corners lie outside of the inner one.
    expect(Math.min(...gapMm[1])).toBeGreaterThan(0)
  })
})

test.each([0.2, 0.5])('a ball in its socket has %s mm all around', async (gapMm) => {
  const { gapMm: gaps, tightMm2, facingMm2, leastMm } = await inSocket(gapMm)
  expect(leastMm).toBeGreaterThan(gapMm - 0.06)
  expect(Math.max(...gaps[0])).toBeLessThan(gapMm + 0.06)
  if (gapMm > CLEARANCE_MM) expect(tightMm2).toBe(0)
  else expect(tightMm2).toBeGreaterThan(0.9 * facingMm2)
})

test('beside a sharp edge a point is still outside, where the nearest triangle says otherwise', () => {
  // A blade: its two faces meet in a line at x = 0 under 6 degrees.
  const blade: Mesh = {
    positions: Float32Array.of(0, 0, 0, 0, 0, 10, 20, -1, 0, 20, -1, 10, 20, 1, 0, 20, 1, 10),
    indices: Uint32Array.of(0, 3, 1, 0, 2, 3, 0, 1, 5, 0, 5, 4, 2, 4, 5, 2, 5, 3, 0, 4, 2, 1, 3, 5),
  }
  const isInside = insideOf(blade)
  for (const y of [-1, -0.2, 0, 0.2, 1]) expect(isInside(-0.5, y, 5), String(y)).toBe(false)
  for (const y of [-0.4, 0, 0.4]) expect(isInside(10, y, 5), String(y)).toBe(true)
  // On a level with corners and edges of the mesh.
  expect([isInside(-3, 0, 0), isInside(-3, 0, 10), isInside(-3, 1, 0)]).toEqual([false, false, false])
})

test.each([
  [8, 200],
  [10, 0],
  [12, 0],
])('blocks at 0 and %s mm share %s mm3', async (x, mm3) =>
  expect(await overlapMm3(cube(0), cube(x), loadManifold)).toBeCloseTo(mm3, 6),
)

test('gaps are laid out as the bodies are shown, and say nothing of others', async () => {
  const [a, b, c] = [cube(0), cube(10.5), cube(40)].map((mesh, n) => ({ id: n + 1, mesh }))
  if (!a || !b || !c) throw new Error('three blocks')
  const found: Fit = await measure(a.mesh, b.mesh)
  const part = { ...found, bodies: [a, b], clearanceMm: 0.4, overlapMm3: 0 } as unknown as PartFit
  const shown = gapsOf(part, [c, b])
  expect(shown).toHaveLength(16)
  expect([...shown.subarray(0, 8)].every(Number.isNaN)).toBe(true)
  expect(shown.subarray(8)).toEqual(found.gapMm[1])
})
