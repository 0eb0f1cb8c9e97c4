import type { Mesh } from '../core/types.ts'

/** Cells along an axis; a key of three of them is a whole number that a double holds. */
const CELLS = 2 ** 17

/**
 * A sheet of triangles in patches that lie at least `apartMm` from each other, each with its own vertices, in order of their first
 * triangle. Memory: about 100 bytes a cell of that size that a triangle's box touches.
 */
export function patchesOf({ positions: p, indices }: Mesh, apartMm: number): Mesh[] {
  const cells = new Map<number, number>()
  const parent: number[] = []
  const root = (n: number): number => {
    let at = n
    while (parent[at] !== at) {
      parent[at] = parent[parent[at] as number] as number
      at = parent[at] as number
    }
    return at
  }
  const join = (a: number, b: number) => {
    const [x, y] = [root(a), root(b)]
    parent[Math.max(x, y)] = Math.min(x, y)
  }
  const cellAt = (key: number): number => {
    const known = cells.get(key)
    if (known !== undefined) return known
    cells.set(key, parent.length)
    return parent.push(parent.length) - 1
  }
  const first = new Uint32Array(indices.length / 3)
  for (let t = 0; t < first.length; t++) {
    let own = -1
    eachCell(p, indices.subarray(3 * t, 3 * t + 3), apartMm, (key) => {
      const cell = cellAt(key)
      if (own === -1) own = cell
      else join(own, cell)
    })
    first[t] = own
  }
  for (const [key, cell] of cells)
    for (const step of AHEAD) {
      const beside = cells.get(key + step)
      if (beside !== undefined) join(cell, beside)
    }
  const patches = new Map<number, number[]>()
  for (const [t, cell] of first.entries()) {
    const name = root(cell)
    const own = patches.get(name) ?? []
    own.push(t)
    patches.set(name, own)
  }
  return [...patches.values()].map((triangles) => alone(p, indices, triangles))
}

/** Half of the 26 cells around one: the others see it from their side. */
const AHEAD = [-1, 0, 1]
  .flatMap((k) => [-1, 0, 1].flatMap((j) => [-1, 0, 1].map((i) => i + CELLS * (j + CELLS * k))))
  .filter((step) => step > 0)

/** Cells that the box of a triangle touches, from the corner of the range of coordinates on. */
function eachCell(p: Float32Array, corners: Uint32Array, sideMm: number, take: (key: number) => void): void {
  const range = (axis: number) => {
    const at = [...corners].map((v) => Math.floor((p[3 * v + axis] as number) / sideMm) + CELLS / 2)
    return [Math.min(...at), Math.max(...at)] as const
  }
  const [[x0, x1], [y0, y1], [z0, z1]] = [range(0), range(1), range(2)]
  for (let k = z0; k <= z1; k++)
    for (let j = y0; j <= y1; j++) for (let i = x0; i <= x1; i++) take(i + CELLS * (j + CELLS * k))
}

function alone(p: Float32Array, indices: Uint32Array, triangles: readonly number[]): Mesh {
  const positions = new Float32Array(9 * triangles.length)
  for (const [n, t] of triangles.entries())
    for (let k = 0; k < 3; k++) {
      const v = indices[3 * t + k] as number
      positions.set(p.subarray(3 * v, 3 * v + 3), 9 * n + 3 * k)
    }
  return { positions, indices: Uint32Array.from({ length: 3 * triangles.length }, (_, n) => n) }
}
