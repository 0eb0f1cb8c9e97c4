import type { Mesh } from '../core/types.ts'

/** Side of the cubes that space is cut into, as a multiple of the distance that is asked for. */
const CELL = 16
/** Marks of cubes, found by a hash; cubes that share one only cost time. */
const MARKS = 2 ** 18
/** A triangle whose box meets more cubes is taken without looking. */
const MAX_CELLS = 64

/**
 * The part of a surface that holds every triangle within `distanceMm` of any of the points (x, y, z each), and some that are
 * not; `triangles` are their numbers. Costs one pass over the triangles: far less than a tree over all of them when the points are few. Positions are shared.
 */
export function trianglesNear(
  { positions: p, indices }: Mesh,
  points: readonly number[],
  distanceMm: number,
): { mesh: Mesh; triangles: Uint32Array } {
  const cellMm = CELL * distanceMm
  const cell = (mm: number) => Math.floor(mm / cellMm)
  const marks = new Uint8Array(MARKS)
  const mark = (key: number) => {
    marks[key] = 1
    return false
  }
  for (let i = 0; i < points.length; i += 3) {
    const [x, y, z] = [points[i] as number, points[i + 1] as number, points[i + 2] as number]
    const lowest = [cell(x - distanceMm), cell(y - distanceMm), cell(z - distanceMm)] as const
    const highest = [cell(x + distanceMm), cell(y + distanceMm), cell(z + distanceMm)] as const
    anyCell(...lowest, ...highest, mark)
  }
  const isMarked = (key: number) => marks[key] === 1
  const triangles: number[] = []
  for (let t = 0; t < indices.length; t += 3) {
    const [a, b, c] = [3 * (indices[t] as number), 3 * (indices[t + 1] as number), 3 * (indices[t + 2] as number)]
    const x0 = cell(Math.min(p[a] as number, p[b] as number, p[c] as number))
    const y0 = cell(Math.min(p[a + 1] as number, p[b + 1] as number, p[c + 1] as number))
    const z0 = cell(Math.min(p[a + 2] as number, p[b + 2] as number, p[c + 2] as number))
    const x1 = cell(Math.max(p[a] as number, p[b] as number, p[c] as number))
    const y1 = cell(Math.max(p[a + 1] as number, p[b + 1] as number, p[c + 1] as number))
    const z1 = cell(Math.max(p[a + 2] as number, p[b + 2] as number, p[c + 2] as number))
    const isLarge = (x1 - x0 + 1) * (y1 - y0 + 1) * (z1 - z0 + 1) > MAX_CELLS
    if (isLarge || anyCell(x0, y0, z0, x1, y1, z1, isMarked)) triangles.push(t / 3)
  }
  const part = new Uint32Array(3 * triangles.length)
  for (const [n, t] of triangles.entries()) part.set(indices.subarray(3 * t, 3 * t + 3), 3 * n)
  return { mesh: { positions: p, indices: part }, triangles: Uint32Array.from(triangles) }
}

/** Whether the test holds for the mark of any cube of a block. */
function anyCell(
  x0: number,
  y0: number,
  z0: number,
  x1: number,
  y1: number,
  z1: number,
  holds: (key: number) => boolean,
): boolean {
  for (let x = x0; x <= x1; x++)
    for (let y = y0; y <= y1; y++) for (let z = z0; z <= z1; z++) if (holds(markOf(x, y, z))) return true
  return false
}

function markOf(x: number, y: number, z: number): number {
  const hash = Math.imul(x, 0x9e3779b1) ^ Math.imul(y, 0x85ebca77) ^ Math.imul(z, 0xc2b2ae3d)
  return (hash ^ (hash >>> 15)) & (MARKS - 1)
}
