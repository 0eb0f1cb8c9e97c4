import { expect } from 'vitest'
import { meshVolumeMm3 } from '../../src/core/mesh.ts'
import type { Mesh, Vec3 } from '../../src/core/types.ts'
import { isManifold } from '../../src/prepare/mend.ts'
import { crossings } from '../../src/qa/crossings.ts'
import { rayTree } from '../../src/qa/ray-tree.ts'
import { defectsOf, NO_DEFECTS } from './manifold.ts'
import { boxMesh, inverted, joinMeshes, radialMesh } from './meshes.ts'

/** Closed and manifold, also for a reader of positions alone, facing outwards. */
export function expectClosed(mesh: Mesh): void {
  expect(defectsOf(mesh)).toEqual(NO_DEFECTS)
  expect(isManifold(mesh)).toBe(true)
  expect(meshVolumeMm3(mesh)).toBeGreaterThan(0)
}

/** Pairs of triangles that cross. */
export const crossingPairs = (mesh: Mesh): number => crossings(rayTree(mesh)).pairs

/** A ring in the plane z = 0, its exact volume 2 pi^2 R r^2 less what its facets lack. */
export function torusMesh(ringMm: number, tubeMm: number, around = 96, along = 48): Mesh {
  const positions = new Float32Array(3 * around * along)
  const indices: number[] = []
  const at = (i: number, j: number) => (i % around) * along + (j % along)
  for (let i = 0; i < around; i++)
    for (let j = 0; j < along; j++) {
      const [u, v] = [(2 * Math.PI * i) / around, (2 * Math.PI * j) / along]
      const r = ringMm + tubeMm * Math.cos(v)
      positions.set([r * Math.cos(u), r * Math.sin(u), tubeMm * Math.sin(v)], 3 * at(i, j))
      indices.push(at(i, j), at(i + 1, j), at(i + 1, j + 1), at(i, j), at(i + 1, j + 1), at(i, j + 1))
    }
  return { positions, indices: Uint32Array.from(indices) }
}

/** A box with a box-shaped cavity. */
export function hollowBox(outerMm: number, wallMm: number): Mesh {
  const inner = outerMm - wallMm
  return joinMeshes(
    boxMesh([0, 0, 0], [outerMm, outerMm, outerMm]),
    inverted(boxMesh([wallMm, wallMm, wallMm], [inner, inner, inner])),
  )
}

/** A ball whose facets lie within 6e-4 of its radius, or finer. */
export const fineBall = (radiusMm: number, centre: Vec3 = [0, 0, 0], rings = 48): Mesh =>
  radialMesh(rings, 2 * rings, () => radiusMm, centre)
