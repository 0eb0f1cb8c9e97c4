import { PipelineError } from '../core/errors.ts'
import { meshBounds } from '../core/mesh.ts'
import type { Context, StageSpec } from '../core/stage.ts'
import type { Mesh } from '../core/types.ts'
import { turnedRound } from './pieces.ts'
import { soundCopy } from './sound-copy.ts'

export interface MirrorParams {
  /** Where the sagittal plane lies, in LPS mm along x; null takes the middle of the body's own box. */
  readonly aboutXMm: number | null
  /** Initials of who answers for it. */
  readonly signedBy: string
}

export const MIRROR = {
  name: 'mirror',
  version: 2,
  defaults: { aboutXMm: null, signedBy: '' },
} as const satisfies StageSpec<MirrorParams>

/** Where the plane lies when nothing is said: give it to a body and its reference alike. */
export function mirrorPlaneXMm(mesh: Mesh): number {
  const { min, max } = meshBounds(mesh)
  return (min[0] + max[0]) / 2
}

/**
 * Design. Left becomes right: mirrored across a sagittal plane, triangles turned round so that they face outwards again. A
 * mirrored part no longer shows the side it was scanned on, so somebody signs for it.
 * Errors: app/bad-parameter without a signature; prepare/failed.
 */
export function mirror(mesh: Mesh, params: MirrorParams, ctx: Context): Mesh {
  ctx.signal.throwIfAborted()
  if (params.signedBy.trim() === '') {
    throw new PipelineError('app/bad-parameter', 'Nobody signed for the mirrored part. Give your initials.')
  }
  const twice = 2 * (params.aboutXMm ?? mirrorPlaneXMm(mesh))
  const positions = mesh.positions.slice()
  for (let p = 0; p < positions.length; p += 3) positions[p] = twice - (positions[p] as number)
  const mirrored = soundCopy(turnedRound({ positions, indices: mesh.indices }))
  ctx.progress(1)
  return mirrored
}
