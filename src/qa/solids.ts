import type { Mesh } from '../core/types.ts'
import { pieceCount } from '../prepare/pieces.ts'
import { measurable } from './measurable.ts'
import { isSolid, measureShells } from './shells.ts'
import { topology } from './topology.ts'

/** Separate solids of a surface, as the check counts them: cavities are none. Memory: 8 bytes a vertex; of several pieces, as topology. */
export function solidCount(mesh: Mesh): number {
  if (pieceCount(mesh) === 1) return 1
  return measureShells(topology(measurable(mesh))).filter(isSolid).length
}
