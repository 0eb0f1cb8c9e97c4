import { sixVolume } from '../core/mesh.ts'
import type { Mesh, Vec3 } from '../core/types.ts'
import { piecesOf } from '../prepare/pieces.ts'
import { surfaceGrid } from '../prepare/surface-grid.ts'

/** A closed piece of a surface. */
export interface Piece {
  /** Its lowest vertex. */
  readonly name: number
  /** Signed: negative for a cavity. */
  readonly volumeMm3: number
  /** A point on it, LPS mm. */
  readonly at: Vec3
}

export interface Structures {
  /** Solids of the reference above the volume asked for. */
  readonly before: number
  /** Those of which nothing is left, largest first. */
  readonly dropped: readonly Piece[]
  /** Whether no piece of the part is above that volume. */
  readonly isGone: boolean
}

/** Vertices of one piece that are asked at most. */
const ASKED = 256

/**
 * Which solids of a reference surface are missing in a mesh made from it. Solids that became joined count as kept: a solid
 * is kept when, from one of its vertices, the nearest place of the mesh has that solid as the nearest of the reference.
 * Memory: about 60 bytes a triangle of both when the reference has several solids, else 13 bytes a vertex.
 */
export function measureStructures(mesh: Mesh, reference: Mesh, aboveMm3: number): Structures {
  const pieceOf = piecesOf(reference)
  const solids = volumesOf(reference, pieceOf).filter(({ volumeMm3 }) => volumeMm3 > aboveMm3)
  const isGone = !volumesOf(mesh, piecesOf(mesh)).some(({ volumeMm3 }) => Math.abs(volumeMm3) > aboveMm3)
  const bySize = [...solids].sort((a, b) => b.volumeMm3 - a.volumeMm3 || a.name - b.name)
  if (isGone) return { before: solids.length, dropped: bySize, isGone }
  const dropped = solids.length > 1 ? missing(bySize, mesh, reference, pieceOf) : []
  return { before: solids.length, dropped, isGone }
}

/** In order of their names. */
function volumesOf({ positions: p, indices }: Mesh, pieceOf: Uint32Array): Piece[] {
  const six = new Float64Array(pieceOf.length)
  const isName = new Uint8Array(pieceOf.length)
  for (let at = 0; at < indices.length; at += 3) {
    const name = pieceOf[indices[at] as number] as number
    isName[name] = 1
    six[name] = (six[name] as number) + sixVolume(p, indices, at)
  }
  const pieces: Piece[] = []
  isName.forEach((is, name) => {
    if (is === 0) return
    const at: Vec3 = [p[3 * name] as number, p[3 * name + 1] as number, p[3 * name + 2] as number]
    pieces.push({ name, volumeMm3: (six[name] as number) / 6, at })
  })
  return pieces
}

function missing(solids: readonly Piece[], mesh: Mesh, reference: Mesh, pieceOf: Uint32Array): Piece[] {
  const [nearMesh, nearReference] = [surfaceGrid(mesh), surfaceGrid(reference)]
  const isSeenFrom = (v: number) => {
    const [x, y, z] = [0, 1, 2].map((k) => reference.positions[3 * v + k] as number) as [number, number, number]
    nearMesh.distance(x, y, z)
    nearReference.distance(nearMesh.hit.x, nearMesh.hit.y, nearMesh.hit.z)
    return pieceOf[reference.indices[3 * nearReference.hit.triangle] as number] === pieceOf[v]
  }
  const vertices = verticesOf(solids, pieceOf)
  return solids.filter(({ name }) => {
    const own = vertices.get(name) ?? []
    const step = Math.max(1, Math.floor(own.length / ASKED))
    return !own.some((v, n) => n % step === 0 && isSeenFrom(v))
  })
}

function verticesOf(solids: readonly Piece[], pieceOf: Uint32Array): Map<number, number[]> {
  const vertices = new Map<number, number[]>(solids.map(({ name }) => [name, []]))
  pieceOf.forEach((name, v) => {
    vertices.get(name)?.push(v)
  })
  return vertices
}
