import { PipelineError } from '../core/errors.ts'
import { meshBounds } from '../core/mesh.ts'
import type { Context, StageSpec } from '../core/stage.ts'
import type { Mesh, Vec3 } from '../core/types.ts'
import { soundCopy } from './sound-copy.ts'

export interface ScaleParams {
  /** 1 is life size, along all axes alike. */
  readonly factor: number
  /** Why the part is not life size; must say something unless the factor is 1. */
  readonly reason: string
  /** The point that stays, in LPS mm; null takes the middle of the body's own box. */
  readonly aboutLps: Vec3 | null
}

export const SCALE = {
  name: 'scale',
  version: 1,
  defaults: { factor: 1, reason: '', aboutLps: null },
} as const satisfies StageSpec<ScaleParams>

const LEAST = 0.01
const MOST = 100

/** The point that stays when nothing is said: give it to a body and its reference alike. */
export function scaleCentre(mesh: Mesh): Vec3 {
  const { min, max } = meshBounds(mesh)
  return [(min[0] + max[0]) / 2, (min[1] + max[1]) / 2, (min[2] + max[2]) / 2]
}

/**
 * Design. A part in another size than life. Errors: app/bad-parameter for a factor outside 0.01 to 100, and for any but 1
 * without a reason; prepare/failed.
 */
export function scale(mesh: Mesh, { factor, reason, aboutLps }: ScaleParams, ctx: Context): Mesh {
  ctx.signal.throwIfAborted()
  if (!(factor >= LEAST && factor <= MOST)) {
    throw new PipelineError('app/bad-parameter', 'The scale must lie between 0.01 and 100.', { factor })
  }
  if (factor === 1) return mesh
  if (reason.trim() === '') {
    throw new PipelineError('app/bad-parameter', 'A part that is not life size needs a reason. Write one down.', {
      factor,
    })
  }
  const about = aboutLps ?? scaleCentre(mesh)
  const positions = mesh.positions.map((mm, i) => {
    const fixed = about[i % 3] as number
    return fixed + factor * (mm - fixed)
  })
  const scaled = soundCopy({ positions, indices: mesh.indices })
  ctx.progress(1)
  return scaled
}
