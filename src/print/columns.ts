import type { Mesh } from '../core/types.ts'

/** What a surface is to the printer where a vertical line meets it. */
const TOP = 0
const UNDERSIDE = 1
const OVERHANG = 2

export interface ColumnOrder {
  /** Undersides whose normal points down by more than this (sine of the lean from upright) need holding up. */
  readonly overhangSine: number
  /** Undersides this near to the plate lie on it. */
  readonly plateMm: number
  readonly pitchMm: number
}

/**
 * Space in mm3 that support has to fill under a part standing on its lowest point, z up: for each column of a grid, from every
 * overhang down to the next surface below, or the plate. Exact along z; across, as coarse as the pitch. Expects a closed mesh. Memory: 5 bytes
 * a crossing, about two crossings for each cell under the part.
 */
export function supportMm3(mesh: Mesh, order: ColumnOrder): number {
  const grid = gridOf(mesh, order.pitchMm)
  const counts = new Uint32Array(grid.nx * grid.ny + 1)
  crossings(mesh, grid, order, (cell) => {
    counts[cell + 1] = (counts[cell + 1] as number) + 1
  })
  for (let n = 1; n < counts.length; n++) counts[n] = (counts[n] as number) + (counts[n - 1] as number)
  const next = counts.slice()
  const heights = new Float32Array(counts[counts.length - 1] as number)
  const kinds = new Uint8Array(heights.length)
  crossings(mesh, grid, order, (cell, z, kind) => {
    const at = next[cell] as number
    heights[at] = z
    kinds[at] = kind
    next[cell] = at + 1
  })
  let mm = 0
  for (let cell = 0; cell < grid.nx * grid.ny; cell++) {
    mm += columnMm(heights, kinds, counts[cell] as number, counts[cell + 1] as number, grid.floor, order.plateMm)
  }
  return mm * order.pitchMm * order.pitchMm
}

interface ColumnGrid {
  readonly x0: number
  readonly y0: number
  readonly nx: number
  readonly ny: number
  readonly floor: number
}

/** Cell centres are set off by a share that no model's own spacing meets: a line through an edge would be met twice or not at all. */
const SET_OFF = [0.4973, 0.5041] as const

function gridOf({ positions: p }: Mesh, pitchMm: number): ColumnGrid {
  const min = [Infinity, Infinity, Infinity]
  const max = [-Infinity, -Infinity, -Infinity]
  for (let i = 0; i < p.length; i++) {
    const axis = i % 3
    min[axis] = Math.min(min[axis] as number, p[i] as number)
    max[axis] = Math.max(max[axis] as number, p[i] as number)
  }
  const [x = 0, y = 0, z = 0] = min
  const cells = (axis: 0 | 1) => Math.max(1, Math.ceil(((max[axis] as number) - (min[axis] as number)) / pitchMm))
  return { x0: x + SET_OFF[0] * pitchMm, y0: y + SET_OFF[1] * pitchMm, nx: cells(0), ny: cells(1), floor: z }
}

type TakeCrossing = (cell: number, z: number, kind: number) => void

function crossings({ positions: p, indices }: Mesh, grid: ColumnGrid, order: ColumnOrder, take: TakeCrossing): void {
  const { x0, y0, nx, ny } = grid
  const pitch = order.pitchMm
  for (let t = 0; t < indices.length; t += 3) {
    const [a, b, c] = [3 * (indices[t] as number), 3 * (indices[t + 1] as number), 3 * (indices[t + 2] as number)]
    const [ax, ay, az] = [p[a] as number, p[a + 1] as number, p[a + 2] as number]
    const [ux, uy, uz] = [(p[b] as number) - ax, (p[b + 1] as number) - ay, (p[b + 2] as number) - az]
    const [vx, vy, vz] = [(p[c] as number) - ax, (p[c + 1] as number) - ay, (p[c + 2] as number) - az]
    const area = ux * vy - uy * vx
    if (area === 0) continue
    const length = Math.hypot(uy * vz - uz * vy, uz * vx - ux * vz, area)
    const kind = area > 0 ? TOP : -area / length > order.overhangSine ? OVERHANG : UNDERSIDE
    const [minX, maxX] = [ax + Math.min(0, ux, vx), ax + Math.max(0, ux, vx)]
    const [minY, maxY] = [ay + Math.min(0, uy, vy), ay + Math.max(0, uy, vy)]
    const [i0, i1] = [Math.max(0, Math.ceil((minX - x0) / pitch)), Math.min(nx - 1, Math.floor((maxX - x0) / pitch))]
    const [j0, j1] = [Math.max(0, Math.ceil((minY - y0) / pitch)), Math.min(ny - 1, Math.floor((maxY - y0) / pitch))]
    for (let j = j0; j <= j1; j++) {
      const dy = y0 + j * pitch - ay
      for (let i = i0; i <= i1; i++) {
        const dx = x0 + i * pitch - ax
        const s = (dx * vy - dy * vx) / area
        const r = (ux * dy - uy * dx) / area
        if (s >= 0 && r >= 0 && s + r <= 1) take(j * nx + i, az + s * uz + r * vz, kind)
      }
    }
  }
}

/**
 * Height of support in one column whose crossings are from .. to. Solids that overlap count as one: support ends where the
 * line has left them all.
 */
function columnMm(
  z: Float32Array,
  kinds: Uint8Array,
  from: number,
  to: number,
  floor: number,
  plateMm: number,
): number {
  const order = Array.from({ length: to - from }, (_, n) => from + n).sort(
    (a, b) => (z[a] as number) - (z[b] as number),
  )
  let below = floor
  let inside = 0
  let mm = 0
  for (const n of order) {
    const height = z[n] as number
    if (kinds[n] === TOP) {
      inside = Math.max(0, inside - 1)
      if (inside === 0) below = height
    } else if (inside++ === 0 && kinds[n] === OVERHANG && height - floor > plateMm) {
      mm += Math.max(0, height - below)
    }
  }
  return mm
}
