import { PipelineError } from '../../core/errors.ts'
import type { Context, StageSpec } from '../../core/stage.ts'
import type { Mesh } from '../../core/types.ts'
import { pieceCount, separatePieces, together } from '../pieces.ts'
import { type LoadManifold, withSolids } from '../solid.ts'
import { trianglesOn } from './triangles-on.ts'

/**
 * What a design operation adds to a part or takes away from it. It is made once, from the part, and then applied to the part and to
 * its reference alike, so that the checks go on measuring the anatomy alone.
 */
export interface Mark {
  readonly how: 'add' | 'remove'
  /** Closed, in LPS mm. */
  readonly body: Mesh
  /** Pockets that it closes off between itself and the part: filled, or refused when absent. */
  readonly pockets?: 'fill'
}

export const MARK = { name: 'mark', version: 1, defaults: {} } as const satisfies StageSpec<
  Readonly<Record<string, never>>
>

/**
 * A mesh with a mark added or removed by an exact boolean (manifold-3d, guaranteed manifold). A closed mesh gives a closed mesh
 * in no more pieces than before: a letter that hangs free, or a cut that severs, is refused; so is a closed pocket that the mark
 * does not fill.
 * @throws prepare/failed for an open mesh; prepare/loose-mark.
 */
export async function applyMark(mesh: Mesh, mark: Mark, ctx: Context, load: LoadManifold): Promise<Mesh> {
  ctx.signal.throwIfAborted()
  const marked = await withSolids(load, (solids) => {
    const [part, body] = [solids.of(mesh), solids.of(mark.body)]
    const made = solids.mesh(solids.keep(mark.how === 'add' ? part.add(body) : part.subtract(body)))
    return mark.pockets === 'fill' ? withoutPockets(made, mark.body) : made
  })
  ctx.signal.throwIfAborted()
  ctx.progress(0.8)
  if (marked.indices.length === 0) throw nothingLeft()
  const [before, after] = [pieceCount(mesh), pieceCount(marked)]
  if (after > before) throw loose(before, after)
  ctx.progress(1)
  return marked
}

/** A pocket is walled by the mark in part; a cavity that was there before is not. The same mesh when there is none. */
function withoutPockets(marked: Mesh, body: Mesh): Mesh {
  const pieces = separatePieces(marked)
  const kept = pieces.filter(({ mesh, mm3 }) => mm3 > 0 || !trianglesOn(mesh, body).includes(1))
  return kept.length === pieces.length ? marked : together(kept.map(({ mesh }) => mesh))
}

const nothingLeft = () => new PipelineError('prepare/failed', 'The mark takes the whole part away. Make it smaller.')

const loose = (before: number, after: number) =>
  new PipelineError('prepare/loose-mark', 'The mark would leave a loose piece or a closed pocket there.', {
    before,
    after,
  })
