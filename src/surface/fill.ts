import { pacer } from '../core/pace.ts'
import type { Context } from '../core/stage.ts'
import type { Grid } from '../core/types.ts'
import { type Lattice, latticeOf, lowestBit } from './cells.ts'
import { depthBetween, ONE, type Placement } from './contour.ts'
import { type Counted, type SliceCells, WORD_NUMBERS } from './count.ts'
import { edgeStart, MAX_TRIANGLES, TABLES } from './tables.ts'

const STRIDE = MAX_TRIANGLES * 3

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

/** What all slices share. `isFlat` puts every vertex half-way; `steps` lead to the neighbours in `data`, x fastest. */
interface Fill extends Filled {
  readonly lattice: Lattice
  readonly table: Ids
  readonly data: Int16Array
  readonly isFlat: boolean
  readonly place: Placement
  readonly steps: readonly [number, number, number]
}

/**
 * Writes all vertices and triangles. `values` are the stored integers of the scan, x fastest; null puts every vertex
 * half-way. Reads two values a vertex; writes 12 bytes a vertex and 12 a triangle.
 * Memory: ids of two slices, 20 bytes a voxel of one slice.
 */
export async function fillMesh(
  grid: Grid,
  values: Int16Array | null,
  place: Placement,
  counted: Counted,
  ctx: Context,
): Promise<Filled> {
  const lattice = latticeOf(grid)
  const [nx, ny] = lattice.size
  const fill: Fill = {
    lattice,
    table: new Ids(lattice.words, lattice.rows),
    data: values ?? new Int16Array(0),
    isFlat: values === null,
    place,
    steps: [1, nx, nx * ny],
    fixed: new Int32Array(counted.vertices * 3),
    indices: new Uint32Array(counted.triangles * 3),
  }
  const { breathe } = pacer(ctx)
  for (const [k, cells] of counted.slices.entries()) {
    fillVertices(fill, cells, k)
    fillTriangles(fill, cells, k)
    await breathe((k + 1) / lattice.slices)
  }
  return { fixed: fill.fixed, indices: fill.indices }
}

function fillVertices(fill: Fill, { words: record, firstVertex }: SliceCells, k: number): void {
  const { lattice, table, isFlat } = fill
  const [nx, ny, nz] = lattice.size
  const { words } = lattice
  const bases = [table.base(0, k & 1), table.base(1, k & 1), table.base(2, 0)] as const
  let vertex = firstVertex
  for (let n = 0; n < record.length; n += WORD_NUMBERS) {
    const word = record[n] as number
    const j = (word / words) | 0
    const w = word - j * words
    const inside = record[n + 5] as number
    const ends = (w === 0 ? 1 : 0) | (nx >>> 5 === w ? 1 << (nx & 31) : 0)
    const slot = word * 32
    vertex = emit(fill, 0, record[n + 2] as number, isFlat ? -1 : ends, inside, bases[0] + slot, w * 32, j, k, vertex)
    const onY = isFlat || j === 0 || j === ny ? -1 : 0
    vertex = emit(fill, 1, record[n + 3] as number, onY, inside, bases[1] + slot, w * 32, j, k, vertex)
    const onZ = isFlat || k === 0 || k === nz ? -1 : 0
    vertex = emit(fill, 2, record[n + 4] as number, onZ, inside, bases[2] + slot, w * 32, j, k, vertex)
  }
}

/**
 * The vertices of one axis in one word, numbered from `vertex`; returns the next number. `half` has a bit for each that lies
 * half-way whatever the values are.
 */
function emit(
  { fixed, table, data, place, lattice, steps }: Fill,
  axis: 0 | 1 | 2,
  crossings: number,
  half: number,
  inside: number,
  slot: number,
  first: number,
  j: number,
  k: number,
  vertex: number,
): number {
  const { ids } = table
  const { from, to } = place
  const voxel = first + lattice.size[0] * (j + lattice.size[1] * k)
  const step = steps[axis]
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
    fixed[out + 2] = k * ONE - (depth & onZ)
    ids[slot + bit] = id++
    out += 3
  }
  return id
}

function fillTriangles({ indices, table }: Fill, { words: record, cases, firstTriangle }: SliceCells, k: number): void {
  const { ids } = table
  const reach = table.reachIn(k)
  const { count } = TABLES
  let put = firstTriangle * 3
  let cell = 0
  for (let n = 0; n < record.length; n += WORD_NUMBERS) {
    const slot = (record[n] as number) * 32
    for (let left = record[n + 1] as number; left !== 0; left &= left - 1) {
      const point = slot + lowestBit(left)
      const cellCase = cases[cell++] as number
      const start = cellCase * STRIDE
      const end = start + (count[cellCase] as number) * 3
      for (let at = start; at < end; at++) indices[put++] = ids[point + (reach[at] as number)] as number
    }
  }
}
