import { PipelineError } from '../core/errors.ts'
import { type Bounds, meshBounds } from '../core/mesh.ts'
import type { Context, StageSpec } from '../core/stage.ts'
import type { Mesh, Vec3 } from '../core/types.ts'
import { type Piece, separatePieces, together } from './pieces.ts'
import { windingAt } from './row-winding.ts'

export interface SplitShellsParams {
  /** Smaller bodies are left out, in mm3. 0 keeps all. */
  readonly leastMm3: number
}

export const SPLIT_SHELLS = {
  name: 'split-shells',
  version: 1,
  defaults: { leastMm3: 0 },
} as const satisfies StageSpec<SplitShellsParams>

/**
 * Design. Pieces that do not touch become bodies of their own, the largest first. A cavity stays with the smallest piece
 * around it; a piece within a cavity is a body too. Moves nothing.
 * Errors: app/bad-parameter when every body is smaller than the least.
 */
export function splitShells(mesh: Mesh, { leastMm3 }: SplitShellsParams, ctx: Context): Mesh[] {
  ctx.signal.throwIfAborted()
  const pieces = separatePieces(mesh)
  const solids = pieces.filter(({ mm3 }) => mm3 > 0).sort((a, b) => a.mm3 - b.mm3)
  const cavities = pieces.filter(({ mm3 }) => mm3 <= 0)
  const boxes = solids.map((solid) => meshBounds(solid.mesh))
  const owners = cavities.map((cavity) => ownerOf(cavity, solids, boxes))
  const bodies = solids
    .map((solid, n) =>
      withCavities(
        solid,
        cavities.filter((_, c) => owners[c] === n),
      ),
    )
    .filter(({ mm3 }) => mm3 >= leastMm3)
    .sort((a, b) => b.mm3 - a.mm3)
    .map((body) => body.mesh)
  ctx.progress(1)
  if (bodies.length > 0) return bodies
  throw new PipelineError('app/bad-parameter', 'Every piece is smaller than that. Keep smaller pieces.', {
    leastMm3,
    pieces: solids.length,
  })
}

/** The first solid around a cavity. Where one box alone reaches round it, nothing more has to be measured. */
function ownerOf(cavity: Piece, solids: readonly Piece[], boxes: readonly Bounds[]): number {
  const [x, y, z] = cavity.mesh.positions as unknown as Vec3
  const holds = ({ min, max }: Bounds) => [x, y, z].every((mm, k) => mm >= (min[k] ?? mm) && mm <= (max[k] ?? mm))
  const around = [...boxes.keys()].filter((n) => holds(boxes[n] as Bounds))
  const last = around[around.length - 1] ?? -1
  return around.find((n) => n === last || windingAt((solids[n] as Piece).mesh, x, y, z) > 0) ?? -1
}

function withCavities(solid: Piece, cavities: readonly Piece[]): Piece {
  if (cavities.length === 0) return solid
  return {
    mesh: together([solid.mesh, ...cavities.map((cavity) => cavity.mesh)]),
    mm3: cavities.reduce((mm3, cavity) => mm3 + cavity.mm3, solid.mm3),
  }
}
