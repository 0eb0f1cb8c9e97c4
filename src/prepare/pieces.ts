import { forestOf } from '../core/forest.ts'
import { triangleCross } from '../core/triangle.ts'
import type { Mesh } from '../core/types.ts'

/** A closed piece of so few triangles is what a split cut off, not anatomy. */
const SPLINTER_TRIANGLES = 8

/** Piece of each vertex, named by its lowest vertex: vertices of one triangle belong together. */
export function piecesOf({ positions, indices }: Mesh): Uint32Array {
  const { parent, root } = forestOf(positions.length / 3)
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

/** A closed piece that is thinner than this holds nothing that could be printed. */
const FILM_MM = 1e-4

/**
 * Without closed pieces that are two faces on each other: a cut along a face of a part leaves such films. The same mesh when there
 * are none. Memory: 20 bytes a vertex.
 */
export function withoutFilms(mesh: Mesh): Mesh {
  const piece = piecesOf(mesh)
  const { mm3, mm2 } = sizesInMm(mesh, piece)
  const isFilm = (name: number) => Math.abs(mm3[name] as number) < (FILM_MM * (mm2[name] as number)) / 2
  const kept = mesh.indices.filter((v) => !isFilm(piece[v] as number))
  return kept.length === mesh.indices.length ? mesh : compact(mesh.positions, kept)
}

/** Volume (below 0 for a cavity) and area of each piece, by its name. */
function sizesInMm({ positions, indices }: Mesh, piece: Uint32Array): { mm3: Float64Array; mm2: Float64Array } {
  const mm3 = new Float64Array(piece.length)
  const mm2 = new Float64Array(piece.length)
  const cross = new Float64Array(3)
  const offset = (v: number, from: number, axis: number) =>
    (positions[3 * v + axis] as number) - (positions[3 * from + axis] as number)
  for (let t = 0; t < indices.length; t += 3) {
    const [a, b, c] = [indices[t] as number, indices[t + 1] as number, indices[t + 2] as number]
    const name = piece[a] as number
    const squared = triangleCross(positions, 3 * a, 3 * b, 3 * c, cross)
    const [x, y, z] = [cross[0] as number, cross[1] as number, cross[2] as number]
    // Relative to a vertex of the piece: far-off origins would cancel digits.
    const six = offset(a, name, 0) * x + offset(a, name, 1) * y + offset(a, name, 2) * z
    mm3[name] = (mm3[name] as number) + six / 6
    mm2[name] = (mm2[name] as number) + Math.sqrt(squared) / 2
  }
  return { mm3, mm2 }
}

/** A closed piece of a surface; `mm3` is below 0 for the wall of a cavity. */
export interface Piece {
  readonly mesh: Mesh
  readonly mm3: number
}

/** Each piece as a mesh of its own, in order of their lowest vertex. Memory: the mesh, and 20 bytes a vertex. */
export function separatePieces(mesh: Mesh): Piece[] {
  const piece = piecesOf(mesh)
  const { mm3 } = sizesInMm(mesh, piece)
  const triangles = new Map<number, number[]>()
  for (let i = 0; i < mesh.indices.length; i += 3) {
    const name = piece[mesh.indices[i] as number] as number
    const own = triangles.get(name) ?? []
    own.push(mesh.indices[i] as number, mesh.indices[i + 1] as number, mesh.indices[i + 2] as number)
    triangles.set(name, own)
  }
  return [...triangles]
    .sort(([a], [b]) => a - b)
    .map(([name, own]) => ({ mesh: compact(mesh.positions, Uint32Array.from(own)), mm3: mm3[name] as number }))
}

/** Several surfaces as one; nothing is joined. */
export function together(meshes: readonly Mesh[]): Mesh {
  const positions = new Float32Array(meshes.reduce((n, m) => n + m.positions.length, 0))
  const indices = new Uint32Array(meshes.reduce((n, m) => n + m.indices.length, 0))
  let vertex = 0
  let at = 0
  for (const m of meshes) {
    positions.set(m.positions, 3 * vertex)
    for (const v of m.indices) indices[at++] = vertex + v
    vertex += m.positions.length / 3
  }
  return { positions, indices }
}

/** The same surface facing the other way. */
export function turnedRound({ positions, indices: from }: Mesh): Mesh {
  const indices = from.slice()
  for (let t = 0; t < indices.length; t += 3) {
    indices[t + 1] = from[t + 2] as number
    indices[t + 2] = from[t + 1] as number
  }
  return { positions, indices }
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
