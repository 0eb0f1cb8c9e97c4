import { subContext } from '../core/pace.ts'
import type { Context, StageSpec } from '../core/stage.ts'
import type { Mask, Mesh, Vec3, Volume } from '../core/types.ts'
import { checkInput, nothingInside, placementOf, toWorld, turnRound } from './contour.ts'
import { countCells } from './count.ts'
import { fillMesh } from './fill.ts'

/** The mask decides the topology; the volume, when given, places each vertex between two voxels. */
export interface SurfaceInput {
  readonly mask: Mask
  readonly volume: Volume | null
}

/** Inclusive limits the mask was made with, in real units; null is unbounded. Used only to place vertices. */
export interface SurfaceParams {
  readonly lowHu: number | null
  readonly highHu: number | null
}

export const SURFACE = {
  name: 'surface',
  version: 1,
  defaults: { lowHu: 226, highHu: null },
} as const satisfies StageSpec<SurfaceParams>

/**
 * Marching cubes on the mask: closed (also at the volume border), indexed, welded, the same bytes each time.
 * Vertices in LPS mm; border caps lie half a voxel outside the outermost voxel centres. Vertex order: rows, words of 32
 * points, then x, y and z edges within the word. Errors: surface/empty, surface/too-large, segment/grid-mismatch.
 * Reads 1/4 byte a voxel and two values a vertex. Memory: the mesh, a seventh more for what the first pass keeps, and ids of two
 * slices (20 bytes a voxel of one slice). Counting by words follows Flying Edges (Schroeder, Maynard, Geveci 2015) in spirit.
 */
export async function marchingCubes(input: SurfaceInput, params: SurfaceParams, ctx: Context): Promise<Mesh> {
  checkInput(input.mask, input.volume)
  const mesh = await meshOf(input, params, [0, 0, 0], ctx)
  ctx.progress(1)
  return mesh
}

/**
 * The engine behind marchingCubes: a mask that was cut out of a larger one may lie `offset` voxels from the origin of its
 * grid. The positions are then those of the whole mask, to the bit.
 */
export async function meshOf(input: SurfaceInput, params: SurfaceParams, offset: Vec3, ctx: Context): Promise<Mesh> {
  const { mask, volume } = input
  const place = placementOf(volume, params.lowHu, params.highHu)
  const counted = await countCells(mask, subContext(ctx, 0, 0.25))
  if (counted.vertices === 0) throw nothingInside()
  const { fixed, indices } = await fillMesh(mask.grid, volume?.data ?? null, place, counted, subContext(ctx, 0.25, 1))
  turnRound(indices, mask.grid)
  return { positions: toWorld(fixed, mask.grid, offset), indices }
}
