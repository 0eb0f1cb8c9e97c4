import type { Mesh } from '../core/types.ts'
import { rowCrossing } from '../prepare/row-winding.ts'
import { rayTree } from './ray-tree.ts'

/**
 * Whether points lie inside a closed mesh: by the crossings of a row along +x, which count each edge and corner once, so that no
 * point is told wrong (row-winding.ts). The normal of the nearest triangle would fail beside sharp edges. Memory: about 30 bytes
 * a triangle.
 */
export function insideOf(mesh: Mesh): (x: number, y: number, z: number) => boolean {
  const { mesh: ordered, bvh } = rayTree(mesh)
  const crossing = rowCrossing(ordered)
  return (x, y, z) => {
    let winding = 0
    bvh.shapecast({
      intersectsBounds: ({ min, max }) => max.x >= x && min.y <= y && y <= max.y && min.z <= z && z <= max.z,
      intersectsRange: (first, count) => {
        for (let t = first; t < first + count; t++) {
          const facing = crossing.at(t, y, z)
          if (facing !== 0 && crossing.x > x) winding += facing
        }
        return false
      },
    })
    return winding !== 0
  }
}
