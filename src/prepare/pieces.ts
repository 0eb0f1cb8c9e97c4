import type { Mesh } from '../core/types.ts'

/** A closed piece of so few triangles is what a split cut off, not anatomy. */
const SPLINTER_TRIANGLES = 8

/** Piece of each vertex, named by its lowest vertex: vertices of one triangle belong together. */
function piecesOf({ positions, indices }: Mesh): Uint32Array {
  const parent = new Uint32Array(positions.length / 3)
  for (let v = 0; v < parent.length; v++) parent[v] = v
  const root = (v: number) => {
    let at = v
    while (parent[at] !== at) {
      parent[at] = parent[parent[at] as number] as number
      at = parent[at] as number
    }
    return at
  }
  for (let i = 0; i < indices.length; i++) {
    if (i % 3 === 2) continue
    const [a, b] = [root(indices[i] as number), root(indices[i + 1] as number)]
    parent[Math.max(a, b)] = Math.min(a, b)
  }
  for (let v = 0; v < parent.length; v++) parent[v] = root(v)
  return parent
}

/** Triangles of each piece, by its name. */
function sizesOf(indices: Uint32Array, piece: Uint32Array): Map<number, number> {
  const count = new Uint32Array(piece.length)
  for (let i = 0; i < indices.length; i += 3) {
    const name = piece[indices[i] as number] as number
    count[name] = (count[name] as number) + 1
  }
  const sizes = new Map<number, number>()
  count.forEach((triangles, name) => {
    if (triangles > 0) sizes.set(name, triangles)
  })
  return sizes
}

/** Number of pieces of a surface. Memory: 8 bytes a vertex. */
export const pieceCount = (mesh: Mesh): number => sizesOf(mesh.indices, piecesOf(mesh)).size

/**
 * Without the smallest splinters beyond so many pieces. Where a surface touched itself, splitting can cut a sliver off: four
 * triangles that enclose nothing, often inside out, which no printer lays down and the check refuses (seen on a skull of
 * 2.1 M triangles). The same mesh when there are none. Memory: 20 bytes a vertex.
 */
export function withoutSplinters(mesh: Mesh, pieces: number): Mesh {
  const piece = piecesOf(mesh)
  const sizes = sizesOf(mesh.indices, piece)
  const splinters = [...sizes]
    .filter(([, triangles]) => triangles <= SPLINTER_TRIANGLES)
    .sort((a, b) => a[1] - b[1] || a[0] - b[0])
    .slice(0, Math.max(0, sizes.size - pieces))
  if (splinters.length === 0) return mesh
  const dropped = new Set(splinters.map(([name]) => name))
  const isKept = (i: number) => !dropped.has(piece[mesh.indices[i] as number] as number)
  return compact(
    mesh.positions,
    mesh.indices.filter((_, i) => isKept(i)),
  )
}

/** Only the vertices in use, in order of first use. */
export function compact(positions: Float32Array, indices: Uint32Array): Mesh {
  const to = new Int32Array(positions.length / 3).fill(-1)
  const out = new Uint32Array(indices.length)
  const kept = new Float32Array(positions.length)
  let n = 0
  for (let i = 0; i < indices.length; i++) {
    const v = indices[i] as number
    if (to[v] === -1) {
      for (let k = 0; k < 3; k++) kept[3 * n + k] = positions[3 * v + k] as number
      to[v] = n++
    }
    out[i] = to[v] as number
  }
  return { positions: kept.slice(0, 3 * n), indices: out }
}
