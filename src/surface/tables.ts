/**
 * The 256 cell cases of marching cubes, derived at load time instead of copied from a published list.
 *
 * Corner c of a cell: bit 0 of c is dx, bit 1 dy, bit 2 dz. A case has bit c set when corner c is inside.
 * Edge e = 4 * axis + n, n = the other two corner coordinates in axis order, lower axis first.
 */
export interface CaseTables {
  /** Triangles of each case. */
  readonly count: Uint8Array
  /** 15 edge numbers a case, three a triangle, counter-clockwise seen from outside; unused ones are 0. */
  readonly edges: Uint8Array
}

/** No case needs more (checked when the tables are made). */
export const MAX_TRIANGLES = 5
const STRIDE = MAX_TRIANGLES * 3

type Axis = 0 | 1 | 2
const AXES: readonly Axis[] = [0, 1, 2]

/** Edge number from its axis and any one of its two corners. */
export function edgeOf(axis: Axis, corner: number): number {
  const [u, v] = AXES.filter((a) => a !== axis) as [Axis, Axis]
  return 4 * axis + ((corner >> u) & 1) + 2 * ((corner >> v) & 1)
}

/** Where edge e starts: 0 or 1 along each axis, 0 along its own. */
export function edgeStart(e: number): readonly [number, number, number] {
  const axis = e >> 2
  const low = e & 1
  const high = (e >> 1) & 1
  if (axis === 0) return [0, low, high]
  return axis === 1 ? [low, 0, high] : [low, high, 0]
}

/** The four corners of each face, counter-clockwise seen from outside the cell. */
const FACES: readonly (readonly number[])[] = AXES.flatMap((axis) => {
  const u = 1 << ((axis + 1) % 3)
  const v = 1 << ((axis + 2) % 3)
  const far = 1 << axis
  return [
    [0, v, u | v, u],
    [far, far | u, far | u | v, far | v],
  ]
})

const axisBetween = (a: number, b: number) => (31 - Math.clz32(a ^ b)) as Axis
const isIn = (cellCase: number, corner: number) => ((cellCase >> corner) & 1) === 1

/**
 * Contour segments of one face, from the edge where a run of inside corners begins to the edge where it ends. Each run
 * gets its own segment, so an ambiguous face always separates its two inside corners: the choice depends on the four
 * corners alone, and both cells at the face make the same one. Seen from the other cell the segment runs backwards.
 */
export function faceSegments(cellCase: number, face: number): [from: number, to: number][] {
  const corners = FACES[face] ?? []
  const next = (n: number) => corners[(n + 1) % 4] ?? 0
  const segments: [number, number][] = []
  corners.forEach((corner, n) => {
    if (isIn(cellCase, corner) || !isIn(cellCase, next(n))) return
    let end = (n + 1) % 4
    while (isIn(cellCase, next(end))) end = (end + 1) % 4
    const edge = (at: number) => edgeOf(axisBetween(corners[at] ?? 0, next(at)), corners[at] ?? 0)
    segments.push([edge(n), edge(end)])
  })
  return segments
}

/** Closed polygons of a case, as edge numbers: the segments of its faces, linked. */
export function loopsOf(cellCase: number): number[][] {
  const next = new Map<number, number>(FACES.flatMap((_, face) => faceSegments(cellCase, face)))
  const loops: number[][] = []
  while (next.size > 0) {
    const loop: number[] = []
    let edge = [...next.keys()].reduce((a, b) => Math.min(a, b))
    for (let to = next.get(edge); to !== undefined; to = next.get(edge)) {
      loop.push(edge)
      next.delete(edge)
      edge = to
    }
    loops.push(loop)
  }
  return loops
}

/** Middle of an edge in half-voxel units. */
export function middle(e: number): readonly number[] {
  return edgeStart(e).map((c, axis) => 2 * c + (axis === e >> 2 ? 1 : 0))
}

/** Whether two edges lie in one face of the cell: a diagonal there could meet the neighbour's and get four triangles. */
export function shareFace(a: number, b: number): boolean {
  const p = middle(a)
  const q = middle(b)
  return AXES.some((axis) => p[axis] === q[axis] && p[axis] !== 1)
}

/** Diagonals in a face cost most; among the others short ones make rounder triangles. */
function diagonalCost(a: number, b: number): number {
  const p = middle(a)
  const q = middle(b)
  const squared = AXES.reduce<number>((sum, axis) => sum + ((p[axis] ?? 0) - (q[axis] ?? 0)) ** 2, 0)
  return squared + (shareFace(a, b) ? 1000 : 0)
}

interface Cut {
  readonly cost: number
  readonly triangles: readonly number[]
}

/** What a triangle between three places of a loop costs, the first place lowest. */
export type TriangleCost = (from: number, mid: number, to: number) => number

/** Cheapest way to cut loop[from..to] into triangles, the chord from-to given. */
export function cheapestCut(loop: readonly number[], costOf: TriangleCost, from = 0, to = loop.length - 1): Cut {
  if (to - from < 2) return { cost: 0, triangles: [] }
  const at = (n: number) => loop[n] ?? 0
  let best: Cut = { cost: Infinity, triangles: [] }
  for (let mid = from + 1; mid < to; mid++) {
    const left = cheapestCut(loop, costOf, from, mid)
    const right = cheapestCut(loop, costOf, mid, to)
    const cost = left.cost + right.cost + costOf(from, mid, to)
    if (cost < best.cost) {
      best = { cost, triangles: [...left.triangles, at(from), at(mid), at(to), ...right.triangles] }
    }
  }
  return best
}

/** A triangle costs its two new diagonals. */
function diagonalsOf(loop: readonly number[]): TriangleCost {
  const chord = (a: number, b: number) => (b - a < 2 ? 0 : diagonalCost(loop[a] ?? 0, loop[b] ?? 0))
  return (from, mid, to) => chord(from, mid) + chord(mid, to)
}

/** Derives all 256 cases (a few milliseconds). */
export function makeTables(): CaseTables {
  const count = new Uint8Array(256)
  const edges = new Uint8Array(256 * STRIDE)
  for (let cellCase = 0; cellCase < 256; cellCase++) {
    const triangles = loopsOf(cellCase).flatMap((loop) => cheapestCut(loop, diagonalsOf(loop)).triangles)
    if (triangles.length > STRIDE) throw new Error(`case ${cellCase} has ${triangles.length / 3} triangles`)
    count[cellCase] = triangles.length / 3
    edges.set(triangles, cellCase * STRIDE)
  }
  return { count, edges }
}

/** The tables, made once. */
export const TABLES: CaseTables = makeTables()

/** The tables for a kernel: two words a case, edge n in nibble n, the triangle count in nibble 15. */
export function packTables(tables: CaseTables): Uint32Array<ArrayBuffer> {
  const packed = new Uint32Array(512)
  for (let cellCase = 0; cellCase < 256; cellCase++) {
    for (let n = 0; n < 16; n++) {
      const nibble = n === STRIDE ? (tables.count[cellCase] ?? 0) : (tables.edges[cellCase * STRIDE + n] ?? 0)
      const word = cellCase * 2 + (n >> 3)
      packed[word] = ((packed[word] ?? 0) | (nibble << (4 * (n & 7)))) >>> 0
    }
  }
  return packed
}
