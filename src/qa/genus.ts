import type { Mesh } from '../core/types.ts'
import { pieceCount } from '../prepare/pieces.ts'

/**
 * Handles and tunnels of all pieces of a closed surface together, by Euler's formula (V - E + F = 2 - 2g a piece, and in a
 * closed surface of triangles E is 3/2 F). Of a surface that is open or not manifold the figure means nothing; other checks
 * refuse that. Memory: 9 bytes a vertex.
 */
export function genusOf(mesh: Mesh): number {
  const used = new Uint8Array(mesh.positions.length / 3)
  for (const v of mesh.indices) used[v] = 1
  const vertices = used.reduce((sum, is) => sum + is, 0)
  return pieceCount(mesh) - (vertices - mesh.indices.length / 6) / 2
}
