import type { ManifoldToplevel } from 'manifold-3d'
import { PipelineError } from '../../core/errors.ts'
import type { Context, StageSpec } from '../../core/stage.ts'
import type { Mesh } from '../../core/types.ts'
import { freeing, meshOf, solidOf } from '../manifold-mesh.ts'
import { mend } from '../mend.ts'
import { pieceCount } from '../pieces.ts'

/**
 * What a design operation adds to a part or takes away from it. It is made once, from the part, and then applied to the part and to
 * its reference alike, so that the checks go on measuring the anatomy alone.
 */
export interface Mark {
  readonly how: 'add' | 'remove'
  /** Closed, in LPS mm. */
  readonly body: Mesh
}

export const MARK = { name: 'mark', version: 1, defaults: {} } as const satisfies StageSpec<
  Readonly<Record<string, never>>
>

/**
 * A mesh with a mark added or removed by an exact boolean (manifold-3d, guaranteed manifold). A closed mesh gives a closed mesh
 * in no more pieces than before: a letter that hangs free, or a cut that severs, is refused.
 * @throws prepare/failed for an open mesh; prepare/loose-mark.
 */
export async function applyMark(
  mesh: Mesh,
  mark: Mark,
  ctx: Context,
  load: () => Promise<ManifoldToplevel>,
): Promise<Mesh> {
  ctx.signal.throwIfAborted()
  const lib = await load()
  const marked = freeing((keep) => {
    const part = keep(solidOf(mesh, lib))
    const body = keep(solidOf(mark.body, lib))
    return meshOf(keep(mark.how === 'add' ? part.add(body) : part.subtract(body)))
  })
  ctx.signal.throwIfAborted()
  ctx.progress(0.8)
  const whole = mend(marked)?.mesh
  if (whole === undefined || whole.indices.length === 0) throw nothingLeft()
  const [before, after] = [pieceCount(mesh), pieceCount(whole)]
  if (after > before) throw loose(before, after)
  ctx.progress(1)
  return whole
}

const nothingLeft = () =>
  new PipelineError('prepare/failed', 'The mark could not be joined to the model. Repair the model, then try again.')

const loose = (before: number, after: number) =>
  new PipelineError('prepare/loose-mark', 'The mark would leave a loose piece or a closed pocket there.', {
    before,
    after,
  })
