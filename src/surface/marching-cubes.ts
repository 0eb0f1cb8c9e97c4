import { popcount } from '../core/mask.ts'
import type { Context, StageSpec } from '../core/stage.ts'
import type { Mask, Mesh, Volume } from '../core/types.ts'
import { caseAt, moveTo, openPair, sweep } from './cells.ts'
import { checkInput, fractionFromInside, nothingInside, ONE, type Placement, placementOf, toWorld } from './contour.ts'
import { edgeStart, MAX_TRIANGLES, TABLES } from './tables.ts'

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

const STRIDE = MAX_TRIANGLES * 3
const PAUSE_MS = 50

/** Exact sizes of the mesh to come. */
export interface SurfaceSize {
  readonly vertices: number
  readonly triangles: number
}

type EachSlice = (k: number) => void

/** Runs one pass over all slices; lets the event loop run now and then, so that a cancel can arrive. */
async function eachSlice(slices: number, from: number, to: number, ctx: Context, body: EachSlice): Promise<void> {
  let paused = performance.now()
  for (let k = 0; k < slices; k++) {
    ctx.signal.throwIfAborted()
    body(k)
    if (performance.now() - paused < PAUSE_MS) continue
    ctx.progress(from + ((to - from) * (k + 1)) / slices)
    await new Promise((resolve) => setTimeout(resolve))
    paused = performance.now()
  }
}

/** Counts without looking at the volume: vertices are bits that differ, triangles come from the case table. */
async function measure(mask: Mask, ctx: Context): Promise<SurfaceSize> {
  const pair = openPair(mask)
  const { corners } = pair
  const { count } = TABLES
  let vertices = 0
  let triangles = 0
  const visit = (_j: number, _w: number, active: number) => {
    const own = corners[7] as number
    vertices +=
      popcount(own ^ (corners[6] as number)) +
      popcount(own ^ (corners[5] as number)) +
      popcount(own ^ (corners[3] as number))
    for (let cells = active; cells !== 0; cells &= cells - 1) {
      triangles += count[caseAt(corners, 31 - Math.clz32(cells & -cells))] as number
    }
  }
  await eachSlice(pair.lattice.slices, 0, 0.25, ctx, (k) => {
    moveTo(pair, k)
    sweep(pair, visit)
  })
  return { vertices, triangles }
}

/**
 * Vertex ids of the current and the previous slice, one a lattice point and axis: x and y edges of two slices, z edges
 * of one. Stale entries are never read, because a cell only asks for edges that cross.
 */
class Ids {
  readonly ids: Uint32Array
  private readonly slots: number
  private readonly reach: readonly [Int32Array, Int32Array]
  readonly row: number

  constructor(words: number, rows: number) {
    this.row = words * 32
    this.slots = this.row * rows
    this.ids = new Uint32Array(this.slots * 5)
    this.reach = [this.makeReach(0), this.makeReach(1)]
  }

  /** First slot of an axis in an even or odd slice. */
  base(axis: number, parity: number): number {
    return axis === 2 ? 4 * this.slots : (2 * axis + parity) * this.slots
  }

  /** From a cell's slot to the slot of each of its edges. */
  reachIn(k: number): Int32Array {
    return this.reach[(k & 1) as 0 | 1]
  }

  private makeReach(parity: number): Int32Array {
    return Int32Array.from({ length: 12 }, (_, e) => {
      const axis = e >> 2
      const start = edgeStart(e)
      const back = (a: 0 | 1 | 2) => (a === axis ? 0 : start[a] - 1)
      return this.base(axis, parity ^ (back(2) & 1)) + back(1) * this.row + back(0)
    })
  }
}

/** Writes all vertices and triangles; both arrays come out exactly full. */
async function fill(
  input: SurfaceInput,
  place: Placement,
  size: SurfaceSize,
  ctx: Context,
): Promise<{ fixed: Int32Array<ArrayBuffer>; indices: Uint32Array<ArrayBuffer> }> {
  const pair = openPair(input.mask)
  const { corners, lattice } = pair
  const [nx, ny, nz] = lattice.size
  const { from, to } = place
  const data = input.volume?.data ?? null
  const table = new Ids(lattice.words, lattice.rows)
  const { ids, row } = table
  const { count, edges } = TABLES
  const fixed = new Int32Array(size.vertices * 3)
  const indices = new Uint32Array(size.triangles * 3)
  const far = [nx, ny, nz] as const
  const steps = [1, nx, nx * ny] as const
  let vertex = 0
  let index = 0
  let slice = 0
  let reach = table.reachIn(0)

  const emit = (axis: 0 | 1 | 2, crossings: number, inside: number, first: number, j: number) => {
    const at = table.base(axis, slice & 1) + j * row + first
    const voxel = first + nx * (j + ny * slice)
    const step = steps[axis]
    const last = far[axis]
    for (let bits = crossings; bits !== 0; bits &= bits - 1) {
      const bit = 31 - Math.clz32(bits & -bits)
      const isIn = (inside >>> bit) & 1
      const along = axis === 0 ? first + bit : axis === 1 ? j : slice
      let shift = -(ONE >> 1)
      if (data !== null && along !== 0 && along !== last) {
        const upper = data[voxel + bit] as number
        const lower = data[voxel + bit - step] as number
        shift =
          isIn === 1 ? -fractionFromInside(upper, lower, from, to) : fractionFromInside(lower, upper, from, to) - ONE
      }
      const out = vertex * 3
      fixed[out] = (first + bit) * ONE
      fixed[out + 1] = j * ONE
      fixed[out + 2] = slice * ONE
      fixed[out + axis] = along * ONE + shift
      ids[at + bit] = vertex++
    }
  }

  const visit = (j: number, w: number, active: number) => {
    const own = corners[7] as number
    const first = w * 32
    emit(0, own ^ (corners[6] as number), own, first, j)
    emit(1, own ^ (corners[5] as number), own, first, j)
    emit(2, own ^ (corners[3] as number), own, first, j)
    const slot = j * row + first
    for (let cells = active; cells !== 0; cells &= cells - 1) {
      const bit = 31 - Math.clz32(cells & -cells)
      const cellCase = caseAt(corners, bit)
      const at = slot + bit
      const start = cellCase * STRIDE
      const end = start + (count[cellCase] as number) * 3
      for (let n = start; n < end; n++) indices[index++] = ids[at + (reach[edges[n] as number] as number)] as number
    }
  }

  await eachSlice(lattice.slices, 0.25, 1, ctx, (k) => {
    slice = k
    reach = table.reachIn(k)
    moveTo(pair, k)
    sweep(pair, visit)
  })
  return { fixed, indices }
}

/**
 * Marching cubes on the mask: closed (also at the volume border), indexed, welded, the same bytes each time.
 * Vertices in LPS mm; border caps lie half a voxel outside the outermost voxel centres. Vertex order: rows, words of 32
 * points, then x, y and z edges within the word. Errors: surface/empty, surface/too-large, segment/grid-mismatch.
 * Memory: the mesh, plus ids of two slices (20 bytes a voxel of one slice).
 * Counting by words follows Flying Edges (Schroeder, Maynard, Geveci 2015) in spirit.
 */
export async function marchingCubes(input: SurfaceInput, params: SurfaceParams, ctx: Context): Promise<Mesh> {
  checkInput(input.mask, input.volume)
  const size = await measure(input.mask, ctx)
  if (size.vertices === 0) throw nothingInside()
  const { fixed, indices } = await fill(input, placementOf(input.volume, params.lowHu, params.highHu), size, ctx)
  ctx.progress(1)
  return toWorld(fixed, indices, input.mask.grid)
}
