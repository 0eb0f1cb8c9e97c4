import type { Grid } from '../core/types.ts'
import { formOver, type LinearForm } from './half-space.ts'
import { flipFrom, joinFlips } from './polygon.ts'

/** Clip coordinates over voxel indices; a voxel appears at (x / w, y / w) where w > 0. */
export interface Projection {
  readonly x: LinearForm
  readonly y: LinearForm
  readonly w: LinearForm
}

/** Row r of a row-major 4 x 4 matrix. */
export function matrixRow(matrix: readonly number[], r: 0 | 1 | 2 | 3): readonly [number, number, number, number] {
  return matrix.slice(4 * r, 4 * r + 4) as unknown as [number, number, number, number]
}

/**
 * How a view shows a grid. Two views show a whole row of voxels as one point, which leaves no line to walk along; both are
 * moved by less than can be seen: along the rows from afar, by 1e-200 (only the signs of what follows matter), and from a
 * camera that stands on the line of a row, by 1e-5 voxel.
 */
export function projectionOf(grid: Grid, viewProjection: readonly number[]): Projection {
  const [x, y, w] = ([0, 1, 3] as const).map((r) => formOver(grid, matrixRow(viewProjection, r))) as [
    LinearForm,
    LinearForm,
    LinearForm,
  ]
  if (x.ci === 0 && y.ci === 0 && w.ci === 0) return { x: { ...x, ci: 1e-200 }, y, w }
  return onRowLine(grid, { x, y, w }) ? { x: beside(x), y: beside(y), w: beside(w) } : { x, y, w }
}

const beside = (form: LinearForm): LinearForm => ({ ...form, c0: form.c0 + 1e-5 * form.cj })

const det = (a: Corner, b: Corner, c: Corner) =>
  a[0] * (b[1] * c[2] - b[2] * c[1]) - b[0] * (a[1] * c[2] - a[2] * c[1]) + c[0] * (a[1] * b[2] - a[2] * b[1])

/** Whether the camera, where x, y and w vanish together, stands on the line of a row of the grid. */
function onRowLine({ size }: Grid, projection: Projection): boolean {
  const column = (c: keyof LinearForm): Corner => [projection.x[c], projection.y[c], projection.w[c]]
  const [c0, ci, cj, ck] = [column('c0'), column('ci'), column('cj'), column('ck')]
  // A parallel view has no camera: nothing over 0, or far outside by rounding.
  const all = det(ci, cj, ck)
  const isRow = (n: number, count: number) => Math.abs(n - Math.round(n)) < 1e-6 && n > -0.5 && n < count - 0.5
  return isRow(-det(ci, c0, ck) / all, size[1]) && isRow(-det(ci, cj, c0) / all, size[2])
}

/** Homogeneous coordinates on the screen. */
type Corner = readonly [number, number, number]

const cross = (a: Corner, b: Corner): Corner => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0],
]

/**
 * Finds, slice by slice, the voxels that a view shows inside an outline (even-odd).
 *
 * A row of voxels appears as a straight line, and walking along it the side changes where an edge crosses that line. Which
 * side of the line a corner lies on is a linear function of the row, so in a slice it changes once, at one whole row: both
 * edges of a corner see the same row, and a row can never be crossed an odd number of times by rounding. Only rows that an
 * edge crosses are visited: about four crossings a row for a freehand outline of a thousand corners.
 */
export class ViewOutline {
  private readonly projection: Projection
  private readonly nx: number
  private readonly ny: number
  /** Outline corners, x y of each. */
  private readonly corners: readonly number[]
  /** The line of row (j, k) is row0 + j * rowJ + k * rowK; a corner's side of it is the sign of the product. */
  private readonly row0: Corner
  private readonly rowJ: Corner
  private readonly rowK: Corner
  /** Of each corner in the current slice: its product at j = 0 and what each j adds. */
  private readonly start: Float64Array
  private readonly step: Float64Array
  /** Its side at j = 0 and the row from which it is the other one; as many as there are rows when it stays. */
  private readonly side: Uint8Array
  private readonly turn: Int32Array

  constructor(grid: Grid, projection: Projection, corners: readonly number[]) {
    const { x, y, w } = projection
    const along: Corner = [x.ci, y.ci, w.ci]
    this.projection = projection
    this.nx = grid.size[0]
    this.ny = grid.size[1]
    this.corners = corners
    this.row0 = cross([x.c0, y.c0, w.c0], along)
    this.rowJ = cross([x.cj, y.cj, w.cj], along)
    this.rowK = cross([x.ck, y.ck, w.ck], along)
    const count = corners.length / 2
    this.start = new Float64Array(count)
    this.step = new Float64Array(count)
    this.side = new Uint8Array(count)
    this.turn = new Int32Array(count)
  }

  /** Writes the bits of slice k, rows of mask words; what `bits` held before is lost. */
  slice(k: number, bits: Uint32Array): void {
    bits.fill(0)
    const count = this.side.length
    for (let n = 0; n < count; n++) this.placeCorner(n, k)
    for (let n = 0; n < count; n++) this.flipEdge(n, (n + 1) % count, k, bits)
    const perRow = bits.length / this.ny
    for (let j = 0; j < this.ny; j++) joinFlips(bits, j * perRow, this.nx)
  }

  private placeCorner(n: number, k: number): void {
    const [x, y] = [this.corners[2 * n] as number, this.corners[2 * n + 1] as number]
    const { row0, rowJ, rowK } = this
    const start = (row0[0] + k * rowK[0]) * x + (row0[1] + k * rowK[1]) * y + row0[2] + k * rowK[2]
    const step = rowJ[0] * x + rowJ[1] * y + rowJ[2]
    this.start[n] = start
    this.step[n] = step
    let turn = this.ny
    if (step > 0) turn = Math.ceil(-start / step)
    else if (step < 0) turn = Math.floor(start / -step) + 1
    this.side[n] = step === 0 ? Number(start >= 0) : Number(step < 0)
    this.turn[n] = Math.max(0, Math.min(this.ny, turn))
  }

  private flipEdge(p: number, q: number, k: number, bits: Uint32Array): void {
    // The same order for the edge of another outline that shares both corners.
    const [px, qx] = [this.corners[2 * p] as number, this.corners[2 * q] as number]
    const [py, qy] = [this.corners[2 * p + 1] as number, this.corners[2 * q + 1] as number]
    const [a, b] = px < qx || (px === qx && py < qy) ? [p, q] : [q, p]
    const low = Math.min(this.turn[a] as number, this.turn[b] as number)
    const high = Math.max(this.turn[a] as number, this.turn[b] as number)
    if (this.side[a] === this.side[b]) this.flipRows(a, b, k, low, high, bits)
    else {
      this.flipRows(a, b, k, 0, low, bits)
      this.flipRows(a, b, k, high, this.ny, bits)
    }
  }

  /** Rows from .. end - 1, all of which the edge crosses. */
  private flipRows(a: number, b: number, k: number, from: number, end: number, bits: Uint32Array): void {
    const { x, y, w } = this.projection
    const perRow = bits.length / this.ny
    const [ax, ay] = [this.corners[2 * a] as number, this.corners[2 * a + 1] as number]
    const [toX, toY] = [(this.corners[2 * b] as number) - ax, (this.corners[2 * b + 1] as number) - ay]
    for (let j = from; j < end; j++) {
      const sideA = (this.start[a] as number) + j * (this.step[a] as number)
      const sideB = (this.start[b] as number) + j * (this.step[b] as number)
      const share = sideA === sideB ? 0 : Math.max(0, Math.min(1, sideA / (sideA - sideB)))
      const x0 = x.c0 + j * x.cj + k * x.ck
      const y0 = y.c0 + j * y.cj + k * y.ck
      const w0 = w.c0 + j * w.cj + k * w.ck
      // From where the edge is crossed back to the place on the row, over the coordinate that changes more along it.
      const byX = Math.abs(x.ci * w0 - x0 * w.ci) >= Math.abs(y.ci * w0 - y0 * w.ci)
      const at = byX ? ax + share * toX : ay + share * toY
      const place = byX ? (at * w0 - x0) / (x.ci - at * w.ci) : (at * w0 - y0) / (y.ci - at * w.ci)
      // Behind the camera nothing is crossed. A row that comes towards it is outside at its far end in front, so there the
      // parity counts from the right: flip all of the row, then from the crossing on once more.
      if (!(w0 + place * w.ci > 0)) continue
      if (w.ci < 0) flipFrom(bits, j * perRow, this.nx, 0)
      flipFrom(bits, j * perRow, this.nx, Math.ceil(place))
    }
  }
}
