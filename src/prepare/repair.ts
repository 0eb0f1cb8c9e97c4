import type { Manifold, ManifoldToplevel } from 'manifold-3d'
import { PipelineError } from '../core/errors.ts'
import type { Context, StageSpec } from '../core/stage.ts'
import type { Mesh } from '../core/types.ts'
import { mend } from './mend.ts'
import { fromSolidMesh, toSolidMesh } from './solid.ts'

export interface RepairParams {
  /** Open rims closer than this are sewn together, in mm. */
  readonly sewMm: number
}

export const REPAIR = {
  name: 'repair',
  version: 1,
  defaults: { sewMm: 0.01 },
} as const satisfies StageSpec<RepairParams>

export interface Repaired {
  readonly mesh: Mesh
  /** Named actions with how often each was done, for example "split-vertices 12"; empty when nothing was wrong. */
  readonly mended: string[]
}

/**
 * Makes a mesh manifold and keeps it so in a file that stores positions only; orientation is kept, nothing is scaled.
 * What marching cubes and decimation leave behind is mended here in typed arrays; only a surface with open rims goes to
 * manifold-3d, which takes seconds for a million triangles. `load` gives that library and is called only when needed.
 * @throws prepare/failed when the surface stays open or is wound inconsistently.
 */
export async function repair(
  mesh: Mesh,
  params: RepairParams,
  ctx: Context,
  load: () => Promise<ManifoldToplevel>,
): Promise<Repaired> {
  ctx.signal.throwIfAborted()
  const direct = mend(mesh)
  if (direct !== null) return { mesh: direct.mesh, mended: words(direct.counts) }
  ctx.progress(0.3, 'sew')
  const sewn = sew(mesh, params.sewMm, await load())
  ctx.signal.throwIfAborted()
  ctx.progress(0.8)
  const mended = sewn === null ? null : mend(sewn)
  if (mended === null) {
    throw new PipelineError(
      'prepare/failed',
      'The surface is open or folded and could not be mended. Make the surface again with less smoothing and decimation, or fill holes in the mask first.',
      { triangles: mesh.indices.length / 3 },
    )
  }
  return { mesh: mended.mesh, mended: ['sewn-rims 1', ...words(mended.counts)] }
}

const words = (counts: Readonly<Record<string, number>>) => Object.entries(counts).map(([name, n]) => `${name} ${n}`)

/** manifold-3d joins rims within the tolerance and drops degenerate triangles. Null when it does not end manifold. */
function sew(mesh: Mesh, toleranceMm: number, lib: ManifoldToplevel): Mesh | null {
  const input = toSolidMesh(mesh, lib, toleranceMm)
  input.merge()
  let solid: Manifold
  try {
    solid = new lib.Manifold(input)
  } catch {
    return null
  }
  try {
    if (solid.status() !== 'NoError' || solid.isEmpty()) return null
    return fromSolidMesh(solid.getMesh())
  } finally {
    solid.delete()
  }
}
