import { describe, expect, test } from 'vitest'
import { boundsSize, meshBounds } from '../../../src/core/mesh.ts'
import { IDLE_CONTEXT } from '../../../src/core/stage.ts'
import type { Mesh } from '../../../src/core/types.ts'
import { loadManifold } from '../../../src/prepare/manifold.io.ts'
import { fieldStepMm } from '../../../src/prepare/mesh-field.ts'
import { surfaceGrid } from '../../../src/prepare/surface-grid.ts'
import { THICKEN, thicken } from '../../../src/prepare/thicken.ts'
import { rayTree } from '../../../src/qa/ray-tree.ts'
import { measureThickness } from '../../../src/qa/thickness.ts'
import { crossingPairs, expectClosed, fineBall } from '../../support/closed-part.ts'
import { fingerprint } from '../../support/fingerprint.ts'
import { boxMesh, inverted, joinMeshes, placed, sphereMesh } from '../../support/meshes.ts'

const measure = async (mesh: Mesh) => measureThickness(rayTree(mesh), 0.8, IDLE_CONTEXT)
async function thickened(mesh: Mesh, wallMm = 0.8): Promise<Mesh> {
  const { perVertexMm } = await measure(mesh)
  return thicken({ mesh, thicknessMm: perVertexMm }, { ...THICKEN.defaults, wallMm }, IDLE_CONTEXT, loadManifold)
}

/** A block with a plate of 0.4 mm on its side, at z = 3.8 to 4.2, both cut into squares of 1 mm. */
function blockWithPlate(): Mesh {
  const cells = new Map<string, number>()
  const indices: number[] = []
  const id = (x: number, y: number, z: number) => {
    const key = `${x},${y},${z}`
    cells.set(key, cells.get(key) ?? cells.size)
    return cells.get(key) as number
  }
  // Heights of layers: below, the plate, above.
  const heights = [0, 1, 2, 3, 3.8, 4.2, 5, 6, 7, 8]
  const isSolid = (i: number, j: number, k: number) =>
    j >= 0 && j < 8 && k >= 0 && k < 9 && ((i >= 0 && i < 6) || (i >= 6 && i < 16 && k === 4))
  for (let i = 0; i < 16; i++)
    for (let j = 0; j < 8; j++)
      for (let k = 0; k < 9; k++) {
        if (!isSolid(i, j, k)) continue
        const box = boxMesh([0, 0, 0], [1, 1, 1])
        for (let t = 0; t < box.indices.length; t += 3) {
          const corners = [...box.indices.subarray(t, t + 3)].map((v) => [...box.positions.subarray(3 * v, 3 * v + 3)])
          const axis = [0, 1, 2].find((a) => corners.every((c) => c[a] === corners[0]?.[a])) as number
          const step = corners[0]?.[axis] === 1 ? 1 : -1
          const next = [i, j, k].map((n, a) => (a === axis ? n + step : n)) as [number, number, number]
          if (isSolid(...next)) continue
          indices.push(...corners.map(([x = 0, y = 0, z = 0]) => id(i + x, j + y, k + z)))
        }
      }
  const positions = [...cells.keys()].flatMap((key) => {
    const [x = 0, y = 0, z = 0] = key.split(',').map(Number)
    return [x, y, heights[z] as number]
  })
  return { positions: new Float32Array(positions), indices: Uint32Array.from(indices) }
}

describe('thicken', () => {
  test('a plate of 0.4 mm becomes 0.8 mm, the block beside it stays', async () => {
    const part = blockWithPlate()
    expectClosed(part)
    expect((await measure(part)).thinnestMm).toBeCloseTo(0.4, 4)
    const thick = await thickened(part)
    expectClosed(thick)
    expect(crossingPairs(thick)).toBe(0)
    const after = await measure(thick)
    expect(after.byProcess.fdm.belowHardMm2).toBe(0)
    expect(after.thinnestMm).toBeGreaterThanOrEqual(0.8)
    // The rim of the plate lies in the sides of the block, and grows there too.
    const grown = meshBounds(thick)
    const least = [0, -0.3, 0, -16.3, -8.3, -8]
    ;[...grown.min, ...grown.max.map((mm) => -mm)].forEach((mm, k) => {
      expect(mm).toBeGreaterThanOrEqual(least[k] as number)
    })
    // Corners of the block away from the plate lie where they did.
    const near = surfaceGrid(thick)
    for (let v = 0; v < part.positions.length; v += 3) {
      const [x, y, z] = part.positions.subarray(v, v + 3) as unknown as [number, number, number]
      if (x < 5 || Math.abs(z - 4) > 1) expect(near.distance(x, y, z)).toBeLessThan(1e-3)
    }
    expect(fingerprint(await thickened(part))).toEqual(fingerprint(thick))
  })

  test('grows by no more than it needs', async () => {
    const near = surfaceGrid(await thickened(blockWithPlate()))
    // Above the middle of the plate the surface lies half the wall from its middle plane.
    expect(near.distance(12, 4, 4.4)).toBeLessThan(0.03)
    expect(near.distance(12, 4, 3.6)).toBeLessThan(0.03)
  })

  test('nothing thin: the same mesh', async () => {
    const ball = fineBall(5)
    expect(await thickened(ball)).toBe(ball)
  })

  test('thin places at both ends of a part as large as a skull and more, which no field around all of it could hold', async () => {
    const far = placed(blockWithPlate(), [1, 1, 1], [400, 400, 400])
    const both = joinMeshes(blockWithPlate(), far)
    expect(() => fieldStepMm(boundsSize(meshBounds(both)), THICKEN.defaults, 0.21)).toThrow(
      expect.objectContaining({ code: 'surface/too-large' }),
    )
    const thick = await thickened(both)
    expectClosed(thick)
    expect((await measure(thick)).thinnestMm).toBeGreaterThanOrEqual(0.8)
  })

  test('a thin shell of a ball', async () => {
    const thick = await thickened(joinMeshes(sphereMesh(5, 16), inverted(sphereMesh(4.6, 16))))
    expectClosed(thick)
    expect((await measure(thick)).thinnestMm).toBeGreaterThanOrEqual(0.8)
  })

  test('another number of thicknesses, no wall: refused by name', async () => {
    const mesh = boxMesh([0, 0, 0], [1, 1, 1])
    const run = (vertices: number, wallMm: number) =>
      thicken(
        { mesh, thicknessMm: new Float32Array(vertices) },
        { ...THICKEN.defaults, wallMm },
        IDLE_CONTEXT,
        loadManifold,
      )
    await expect(run(7, 1)).rejects.toMatchObject({ code: 'app/bad-parameter' })
    await expect(run(8, 0)).rejects.toMatchObject({ code: 'app/bad-parameter' })
  })
})
