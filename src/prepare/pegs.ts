import type { Manifold } from 'manifold-3d'
import { PipelineError } from '../core/errors.ts'
import { pacer } from '../core/pace.ts'
import type { Context, StageSpec } from '../core/stage.ts'
import type { Mesh } from '../core/types.ts'
import { type Connector, toolsOf } from './connector.ts'
import { splitSolid } from './cut.ts'
import { frameOf, type Plane } from './plane.ts'
import { type LoadManifold, type Solids, withSolids } from './solid.ts'

export interface PegsParams {
  readonly plane: Plane
  /** Where they are and how large: found once by placeConnectors() and given to a part and its reference alike. */
  readonly connectors: readonly Connector[]
  /** Gap on every side between what fits together: the process's, loose to slide or tight to hold. */
  readonly clearanceMm: number
}

export const PEGS = {
  name: 'pegs',
  version: 1,
  defaults: { plane: { pointLps: [0, 0, 0], normalLps: [0, 0, 1] }, connectors: [], clearanceMm: 0.2 },
} as const satisfies StageSpec<PegsParams>

/**
 * Design. Cuts a part by a plane into two bodies that fit together again: the one behind the plane, with pegs, and the one that the
 * normal points into, with sockets wider by the clearance on every side and deeper by it. Without connectors it is cut().
 * Errors: app/bad-parameter when the plane misses or the clearance is none; prepare/no-room when a connector would cut a body
 * to pieces; prepare/failed.
 */
export async function pegs(mesh: Mesh, params: PegsParams, ctx: Context, load: LoadManifold): Promise<Mesh[]> {
  const { plane, connectors, clearanceMm } = params
  if (!(clearanceMm >= 0 && clearanceMm <= 2)) {
    throw new PipelineError('app/bad-parameter', 'The clearance must lie between 0 and 2 mm.', { clearanceMm })
  }
  return withSolids(load, async (solids) => {
    const whole = solids.of(mesh)
    const halves = splitSolid(whole, plane, solids)
    if (halves === null) throw missed()
    const frame = frameOf(plane)
    const { breathe } = pacer(ctx)
    let [behind, before] = halves
    for (const [n, connector] of connectors.entries()) {
      await breathe(n / connectors.length)
      const { add, takeBehind, takeBefore } = toolsOf(connector, frame, clearanceMm, whole, solids)
      if (add !== null) behind = solids.keep(behind.add(add))
      if (takeBehind !== null) behind = solids.keep(behind.subtract(takeBehind))
      before = solids.keep(before.subtract(takeBefore))
    }
    requireWhole([behind, before], halves, solids)
    const bodies = [solids.mesh(behind), solids.mesh(before)]
    ctx.progress(1)
    return bodies
  })
}

export const missed = () =>
  new PipelineError('app/bad-parameter', 'The plane misses the part. Move it so that it passes through.')

function requireWhole(made: readonly Manifold[], halves: readonly Manifold[], solids: Solids): void {
  const pieces = (solid: Manifold) => solid.decompose().map(solids.keep).length
  if (made.every((body, n) => pieces(body) === pieces(halves[n] as Manifold))) return
  throw new PipelineError(
    'prepare/no-room',
    'A connector would cut the part to pieces there. Make it smaller, or move it away from the edge.',
  )
}
