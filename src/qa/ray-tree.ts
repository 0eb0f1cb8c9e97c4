import { BufferAttribute, BufferGeometry } from 'three'
import { CENTER, MeshBVH } from 'three-mesh-bvh'
import type { Mesh } from '../core/types.ts'

/** A mesh with a tree over its triangles, for rays and for triangle pairs. */
export interface RayTree {
  /** Positions shared with the input, indices a copy in tree order: `faceIndex` of a hit refers to these. */
  readonly mesh: Mesh
  readonly bvh: MeshBVH
}

/** Memory: about 30 bytes a triangle. */
export function rayTree({ positions, indices: original }: Mesh): RayTree {
  const indices = original.slice()
  const geometry = new BufferGeometry()
  geometry.setAttribute('position', new BufferAttribute(positions, 3))
  geometry.setIndex(new BufferAttribute(indices, 1))
  // CENTER builds in a third of the time of SAH and rays were as fast (600k triangles).
  return { mesh: { positions, indices }, bvh: new MeshBVH(geometry, { strategy: CENTER }) }
}
