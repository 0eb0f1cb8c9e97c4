import type { Mesh } from '../core/types.ts'
import { pieceCount } from '../prepare/pieces.ts'
import { measurable } from './measurable.ts'
import { measureShells } from './shells.ts'
import { topology } from './topology.ts'

/** A mesh without its closed cavities and what is inside of them. Its positions are shared. Memory: as topology(). */
export function outerSolids(mesh: Mesh): Mesh {
  if (pieceCount(mesh) === 1) return mesh
  const found = topology(measurable(mesh))
  const depths = measureShells(found).map(({ depth }) => depth)
  const { positions, indices } = found.tree.mesh
  return { positions, indices: indices.filter((_, i) => depths[found.shellOf[Math.floor(i / 3)] as number] === 0) }
}
