import { countVoxels } from '../../core/mask.ts'
import type { Mask, Mesh } from '../../core/types.ts'
import { marchingCubes } from '../../surface/marching-cubes.ts'
import { coarseField, SURFACE_AT } from './coarse.ts'
import { paintFlat } from './colours.ts'
import type { Layer } from './slice-scene.ts'

/** Cells a side: some 0.1 s of work on one core, so it can run in the page after a change has settled. */
const LONGEST = 112

/** Surfaces with a colour for each vertex; null shows the part's own. */
export interface QuickScene {
  readonly mesh: Mesh
  readonly colours: Float32Array | null
}

/** What was drawn of masks that do not change any more. */
const known = new WeakMap<Mask, Mesh>()

/** A quick picture of labels as surfaces, for looking only; one alone has no colour. Null when all are empty, or cancelled. */
export async function quickScene(layers: readonly Layer[], signal: AbortSignal): Promise<QuickScene | null> {
  const parts: { readonly mesh: Mesh; readonly hex: string }[] = []
  for (const { mask, hex, revision } of layers) {
    // Under a brush a mask changes in place.
    const mesh = (revision === 0 ? known.get(mask) : undefined) ?? (await quickPart(mask, signal))
    if (signal.aborted) return null
    if (mesh && revision === 0) known.set(mask, mesh)
    if (mesh) parts.push({ mesh, hex })
  }
  const [only] = parts
  if (!only) return null
  return parts.length === 1 ? { mesh: only.mesh, colours: null } : together(parts)
}

function together(parts: readonly { readonly mesh: Mesh; readonly hex: string }[]): QuickScene {
  const sum = (of: (mesh: Mesh) => number) => parts.reduce((total, { mesh }) => total + of(mesh), 0)
  const positions = new Float32Array(sum((mesh) => mesh.positions.length))
  const colours = new Float32Array(positions.length)
  const indices = new Uint32Array(sum((mesh) => mesh.indices.length))
  let at = 0
  let corner = 0
  for (const { mesh, hex } of parts) {
    positions.set(mesh.positions, at)
    paintFlat(colours.subarray(at, at + mesh.positions.length), hex)
    for (const index of mesh.indices) indices[corner++] = index + at / 3
    at += mesh.positions.length
  }
  return { mesh: { positions, indices }, colours }
}

/** A quick picture of a mask as a surface; null for an empty mask or when cancelled. */
export async function quickPart(mask: Mask, signal: AbortSignal): Promise<Mesh | null> {
  if (countVoxels(mask) === 0) return null
  const field = coarseField(mask, LONGEST)
  if (countVoxels(field.mask) === 0) return null
  try {
    return await marchingCubes(field, { lowHu: SURFACE_AT, highHu: null }, { signal, progress: () => {} })
  } catch (error) {
    if (signal.aborted) return null
    throw error
  }
}
