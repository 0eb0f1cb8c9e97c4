import { pacer } from '../core/pace.ts'
import type { Context } from '../core/stage.ts'
import type { Mask } from '../core/types.ts'
import { lowestBit, moveTo, openPair, sweep } from './cells.ts'
import { depthBetween, ONE, type Placement } from './contour.ts'
import type { Counted } from './count.ts'
import { edgeStart, MAX_TRIANGLES, TABLES } from './tables.ts'

const STRIDE = MAX_TRIANGLES * 3
const NO_CASES = new Uint8Array(0)

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

  /** From a cell's slot to the slots of its triangles' corners, by case as in TABLES.edges. */
  reachIn(k: number): Int32Array {
    return this.reach[(k & 1) as 0 | 1]
  }

  private makeReach(parity: number): Int32Array {
    const toEdge = Array.from({ length: 12 }, (_, e) => {
      const axis = e >> 2
      const start = edgeStart(e)
      const back = (a: 0 | 1 | 2) => (a === axis ? 0 : start[a] - 1)
      return this.base(axis, parity ^ (back(2) & 1)) + back(1) * this.row + back(0)
    })
    return Int32Array.from(TABLES.edges, (e) => toEdge[e] as number)
  }
}

/** Vertices in fixed-point voxels and triangles, both arrays exactly full and owned by the caller. */
export interface Filled {
  readonly fixed: Int32Array<ArrayBuffer>
  readonly indices: Uint32Array<ArrayBuffer>
}

/**
 * Writes all vertices and triangles. `values` are the stored integers of the scan, x fastest; null puts every vertex
 * half-way. Reads 1/8 byte a voxel, two values a vertex; writes 12 bytes a vertex and 12 a triangle.
 * Memory: ids of two slices, 20 bytes a voxel of one slice.
 */
export async function fillMesh(
  mask: Mask,
  values: Int16Array | null,
  place: Placement,
  counted: Counted,
  ctx: Context,
): Promise<Filled> {
  const pair = openPair(mask)
  const { corners, lattice } = pair
  const [nx, ny, nz] = lattice.size
  const { from, to } = place
  const data = values ?? new Int16Array(0)
  const isFlat = values === null
  const table = new Ids(lattice.words, lattice.rows)
  const { ids, row } = table
  const { count } = TABLES
  const fixed = new Int32Array(counted.vertices * 3)
  const indices = new Uint32Array(counted.triangles * 3)
  const steps = [1, nx, nx * ny] as const
  let vertex = 0
  let index = 0
  let slice = 0
  let cell = 0
  let cases: Uint8Array = NO_CASES
  let reach = table.reachIn(0)

  /** The vertices of one axis in one word. `half` has a bit for each that lies half-way whatever the values are. */
  const emit = (axis: 0 | 1 | 2, crossings: number, half: number, first: number, j: number) => {
    const slot = table.base(axis, slice & 1) + j * row + first
    const voxel = first + nx * (j + ny * slice)
    const step = steps[axis]
    const inside = corners[7] as number
    const onX = axis === 0 ? -1 : 0
    const onY = axis === 1 ? -1 : 0
    const onZ = axis === 2 ? -1 : 0
    let id = vertex
    let out = id * 3
    for (let left = crossings; left !== 0; left &= left - 1) {
      const bit = lowestBit(left)
      let depth = ONE >> 1
      if (((half >>> bit) & 1) === 0) {
        const upper = data[voxel + bit] as number
        const lower = data[voxel + bit - step] as number
        depth = depthBetween(upper, lower, (inside >>> bit) & 1, from, to)
      }
      fixed[out] = (first + bit) * ONE - (depth & onX)
      fixed[out + 1] = j * ONE - (depth & onY)
      fixed[out + 2] = slice * ONE - (depth & onZ)
      ids[slot + bit] = id++
      out += 3
    }
    vertex = id
  }

  const visit = (j: number, w: number, active: number) => {
    const own = corners[7] as number
    const first = w * 32
    const ends = (w === 0 ? 1 : 0) | (nx >>> 5 === w ? 1 << (nx & 31) : 0)
    emit(0, own ^ (corners[6] as number), isFlat ? -1 : ends, first, j)
    emit(1, own ^ (corners[5] as number), isFlat || j === 0 || j === ny ? -1 : 0, first, j)
    emit(2, own ^ (corners[3] as number), isFlat || slice === 0 || slice === nz ? -1 : 0, first, j)
    const slot = j * row + first
    let put = index
    let at = cell
    for (let left = active; left !== 0; left &= left - 1) {
      const point = slot + lowestBit(left)
      const cellCase = cases[at++] as number
      const start = cellCase * STRIDE
      const end = start + (count[cellCase] as number) * 3
      for (let n = start; n < end; n += 3) {
        indices[put] = ids[point + (reach[n] as number)] as number
        indices[put + 1] = ids[point + (reach[n + 1] as number)] as number
        indices[put + 2] = ids[point + (reach[n + 2] as number)] as number
        put += 3
      }
    }
    index = put
    cell = at
  }

  const { breathe } = pacer(ctx)
  for (let k = 0; k < lattice.slices; k++) {
    slice = k
    cell = 0
    cases = counted.cases[k] ?? NO_CASES
    reach = table.reachIn(k)
    moveTo(pair, k)
    sweep(pair, visit)
    await breathe((k + 1) / lattice.slices)
  }
  return { fixed, indices }
}
