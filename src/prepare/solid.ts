import type { Manifold, ManifoldToplevel, Mesh as SolidMesh } from 'manifold-3d'
import { PipelineError } from '../core/errors.ts'
import type { Mesh } from '../core/types.ts'
import { mend } from './mend.ts'
import { compact, withoutFilms } from './pieces.ts'

/** Gives manifold-3d; called only when it is needed. */
export type LoadManifold = () => Promise<ManifoldToplevel>

/** Whatever manifold-3d keeps outside of the collected heap. */
interface Held {
  delete(): void
}

/** Solids of one operation in wasm memory. */
export interface Solids {
  readonly lib: ManifoldToplevel
  /** Errors: prepare/failed for a mesh that is not closed. */
  of(mesh: Mesh): Manifold
  /** Frees this with the others. */
  keep<T extends Held>(made: T): T
  /**
   * Coordinates rounded to float32, places that fall together welded, and what that pinches taken apart, films without
   * volume left out: closed and manifold in a file that keeps positions only. Empty for an empty solid. Errors: prepare/failed.
   */
  mesh(solid: Manifold): Mesh
}

/**
 * Runs work on solids and frees them all after it. manifold-3d runs on one thread in wasm and computes in float64, so the same
 * meshes give the same bytes.
 */
export async function withSolids<T>(load: LoadManifold, work: (solids: Solids) => T | Promise<T>): Promise<T> {
  const lib = await load()
  const held: Held[] = []
  const keep = <H extends Held>(made: H): H => {
    held.push(made)
    return made
  }
  try {
    return await work({ lib, keep, of: (mesh) => solidOf(mesh, lib, keep), mesh: meshOfSolid })
  } finally {
    for (const made of held.reverse()) made.delete()
  }
}

function solidOf(mesh: Mesh, lib: ManifoldToplevel, keep: Solids['keep']): Manifold {
  let solid: Manifold
  try {
    solid = keep(new lib.Manifold(toSolidMesh(mesh, lib)))
  } catch {
    throw notClosed(mesh)
  }
  if (solid.status() !== 'NoError') throw notClosed(mesh)
  return solid
}

const notClosed = (mesh: Mesh) =>
  new PipelineError(
    'prepare/failed',
    'The part is not closed, so it cannot be worked on as a solid. Repair it first.',
    {
      triangles: mesh.indices.length / 3,
    },
  )

function meshOfSolid(solid: Manifold): Mesh {
  const mended = mend(fromSolidMesh(solid.getMesh()))
  if (mended !== null) return withoutFilms(mended.mesh)
  throw new PipelineError(
    'prepare/failed',
    'The result could not be made a closed surface. Move the plane or the body a little and try again.',
    { triangles: solid.numTri() },
  )
}

/** As manifold-3d takes meshes. Rims closer than the tolerance may be merged by it. */
export function toSolidMesh(mesh: Mesh, lib: ManifoldToplevel, toleranceMm = 0): SolidMesh {
  return new lib.Mesh({
    numProp: 3,
    vertProperties: mesh.positions,
    triVerts: mesh.indices,
    tolerance: toleranceMm,
  })
}

/** With its list of merged vertices applied, and without those that are then in no triangle. */
export function fromSolidMesh(out: SolidMesh): Mesh {
  const to = new Map<number, number>()
  for (const [i, from] of (out.mergeFromVert ?? []).entries()) to.set(from, out.mergeToVert[i] as number)
  return compact(
    dense(out.vertProperties, out.numProp),
    out.triVerts.map((v) => to.get(v) ?? v),
  )
}

function dense(properties: Float32Array, perVertex: number): Float32Array {
  if (perVertex === 3) return properties.slice()
  return new Float32Array((properties.length / perVertex) * 3).map(
    (_, i) => properties[Math.floor(i / 3) * perVertex + (i % 3)] as number,
  )
}
