import { BufferAttribute, BufferGeometry, Vector3 } from 'three'
import { CENTER, type HitPointInfo, MeshBVH } from 'three-mesh-bvh'
import type { Mesh } from '../core/types.ts'

/** A mesh with a tree over its triangles. `mesh.indices` is a copy in tree order: neighbours in space lie close together. */
export interface MeshTree {
  readonly mesh: Mesh
  readonly bvh: MeshBVH
}

/** Positions are shared with the input, indices are copied. Memory: about 12 bytes a triangle beyond the copy. */
export function meshTree(mesh: Mesh): MeshTree {
  const geometry = new BufferGeometry()
  const indices = mesh.indices.slice()
  geometry.setAttribute('position', new BufferAttribute(mesh.positions, 3))
  geometry.setIndex(new BufferAttribute(indices, 1))
  // CENTER builds in a third of the time of SAH; closest-point queries near the surface were as fast (600k triangles).
  const bvh = new MeshBVH(geometry, { strategy: CENTER })
  return { mesh: { positions: mesh.positions, indices }, bvh }
}

/** Answers closest-point questions about one surface. */
export interface ClosestPoint {
  /** Distance in mm from a point to the surface; `hit` then holds the point and the triangle (in tree order). */
  distance(x: number, y: number, z: number): number
  /** Whether the surface passes within `limitMm` of a point; much cheaper than the distance. */
  within(x: number, y: number, z: number, limitMm: number): boolean
  readonly hit: HitPointInfo
}

export function closestPoint(tree: MeshTree): ClosestPoint {
  const hit: HitPointInfo = { point: new Vector3(), distance: 0, faceIndex: 0 }
  const point = new Vector3()
  return {
    hit,
    distance(x, y, z) {
      tree.bvh.closestPointToPoint(point.set(x, y, z), hit)
      return hit.distance
    },
    within(x, y, z, limitMm) {
      const found = tree.bvh.closestPointToPoint(point.set(x, y, z), hit, limitMm, limitMm * 1.0001 + 1e-9)
      return found !== null && hit.distance <= limitMm
    },
  }
}
