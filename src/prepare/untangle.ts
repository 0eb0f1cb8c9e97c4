import type { Mesh } from '../core/types.ts'
import {
  cornerFans,
  type EdgeGroups,
  edgeFaults,
  groupEdges,
  nextHalfEdge,
  previousHalfEdge,
  twins,
} from './topology.ts'

/** Copies of one vertex are moved apart by this, else a reader that joins equal positions would join them again. */
const APART_MM = 1e-3

export interface Untangled {
  readonly mesh: Mesh
  readonly splitVertices: number
  readonly splitEdges: number
}

/**
 * Makes a closed, consistently wound surface manifold without moving it (copies by at most `apart` times 1 um): at an edge
 * of four or more triangles those that bound the same wedge of material are paired, pinched vertices are split into one a
 * fan, and an edge that is still used twice gets a middle vertex on all but one use. Null when an edge has an unequal
 * number of triangles each way: the surface is open or wound inconsistently, which no splitting can mend.
 */
export function untangle(mesh: Mesh, apart = 1): Untangled | null {
  let current = mesh
  let splitVertices = 0
  let splitEdges = 0
  // Each round strictly lowers the number of crowded edges; real meshes need one or two.
  for (let round = 0; round < 8; round++) {
    const groups = groupEdges(current.indices, current.positions.length / 3)
    const twin = pairedTwins(current, groups)
    if (twin === null) return null
    const split = splitFans(current, twin, apart * APART_MM)
    splitVertices += split.added
    const crowded = edgesUsedTwice(split.mesh)
    current = crowded.length > 0 ? splitMiddle(split.mesh, crowded, apart * APART_MM) : split.mesh
    splitEdges += crowded.length
    if (crowded.length === 0) return { mesh: current, splitVertices, splitEdges }
  }
  return null
}

type Pair = readonly [along: number, against: number]

/** Half-edges of every edge of more than two triangles. */
function crowdedEdges(groups: EdgeGroups): number[][] {
  const crowded: number[][] = []
  for (let e = 0; e < groups.count; e++) {
    const from = groups.start[e] as number
    const to = groups.start[e + 1] as number
    if (to - from > 2) crowded.push([...groups.order.subarray(from, to)])
  }
  return crowded
}

/** A twin for every half-edge, also where more than two triangles meet. */
function pairedTwins(mesh: Mesh, groups: EdgeGroups): Int32Array | null {
  const twin = twins(groups)
  const faults = edgeFaults(mesh.indices, groups)
  if (faults.boundary.length > 0 || faults.inconsistent.length > 0) return null
  for (const halfEdges of crowdedEdges(groups)) {
    const pairs = pairAround(mesh, halfEdges)
    if (pairs === null) return null
    for (const [h, g] of pairs) {
      twin[h] = g
      twin[g] = h
    }
  }
  return twin
}

/**
 * Pairs the triangles around one edge. Seen along the edge, material begins at a triangle that runs against it and ends at
 * one that runs with it, in rising angle: matched like brackets around the circle, each wedge keeps its own two sides.
 */
function pairAround(mesh: Mesh, halfEdges: readonly number[]): Pair[] | null {
  const first = halfEdges[0] as number
  const a = mesh.indices[first] as number
  if (halfEdges.filter((h) => mesh.indices[h] === a).length * 2 !== halfEdges.length) return null
  const angle = angleAround(mesh, a, mesh.indices[nextHalfEdge(first)] as number)
  const sorted = halfEdges
    .map((h) => ({ h, at: angle(mesh.indices[previousHalfEdge(h)] as number) }))
    .sort((p, q) => p.at - q.at || p.h - q.h)
  const pairs: Pair[] = []
  const used = new Set<number>()
  const open: number[] = []
  for (const { h } of [...sorted, ...sorted]) {
    if (used.has(h) || open.includes(h)) continue
    if (mesh.indices[h] !== a) {
      open.push(h)
      continue
    }
    const against = open.pop()
    if (against === undefined) continue
    used.add(h).add(against)
    pairs.push([h, against])
  }
  return pairs
}

type Triple = [number, number, number]
const sub = (p: Triple, q: Triple): Triple => [p[0] - q[0], p[1] - q[1], p[2] - q[2]]
const dot = (p: Triple, q: Triple) => p[0] * q[0] + p[1] * q[1] + p[2] * q[2]
const cross = (p: Triple, q: Triple): Triple => [
  p[1] * q[2] - p[2] * q[1],
  p[2] * q[0] - p[0] * q[2],
  p[0] * q[1] - p[1] * q[0],
]
const vertex = (mesh: Mesh, v: number): Triple => [
  mesh.positions[3 * v] as number,
  mesh.positions[3 * v + 1] as number,
  mesh.positions[3 * v + 2] as number,
]

/** Angle of a vertex around the line from a to b, counter-clockwise seen against the line. */
function angleAround(mesh: Mesh, a: number, b: number): (v: number) => number {
  const origin = vertex(mesh, a)
  const axis = sub(vertex(mesh, b), origin)
  const size = axis.map(Math.abs)
  const least: Triple =
    size[0] === Math.min(...size) ? [1, 0, 0] : size[1] === Math.min(...size) ? [0, 1, 0] : [0, 0, 1]
  const u = cross(axis, least)
  const w = cross(axis, u)
  const length = Math.sqrt(dot(axis, axis))
  return (v) => {
    const d = sub(vertex(mesh, v), origin)
    return Math.atan2(dot(d, w) / length, dot(d, u))
  }
}

/** One vertex a fan. Vertices are renumbered in order of first use, so unused ones go. */
function splitFans(mesh: Mesh, twin: Int32Array, apartMm: number): { mesh: Mesh; added: number } {
  const { fanOf, vertexOf } = cornerFans(mesh.indices, twin)
  const positions = new Float32Array(vertexOf.length * 3)
  const seen = new Uint8Array(mesh.positions.length / 3)
  const copies: number[] = []
  for (let fan = 0; fan < vertexOf.length; fan++) {
    const v = vertexOf[fan] as number
    for (let axis = 0; axis < 3; axis++) positions[3 * fan + axis] = mesh.positions[3 * v + axis] as number
    if (seen[v] === 1) copies.push(fan)
    seen[v] = 1
  }
  const split = { positions, indices: fanOf }
  if (copies.length > 0) pullIntoFans(split, copies, apartMm)
  return { mesh: split, added: copies.length }
}

/** Moves each given vertex a little towards the middle of its ring, which lies on its own side of the pinch. */
function pullIntoFans(mesh: Mesh, vertices: number[], apartMm: number): void {
  const ring = new Map(vertices.map((v) => [v, [0, 0, 0, 0] as [number, number, number, number]]))
  for (let h = 0; h < mesh.indices.length; h++) {
    const sum = ring.get(mesh.indices[h] as number)
    if (sum === undefined) continue
    const p = vertex(mesh, mesh.indices[nextHalfEdge(h)] as number)
    for (let axis = 0 as 0 | 1 | 2; axis < 3; axis++) sum[axis] += p[axis]
    sum[3]++
  }
  const moved = [...ring].map(([v, [x, y, z, n]]) => ({
    v,
    to: moveTowards(vertex(mesh, v), [x / n, y / n, z / n], apartMm),
  }))
  for (const { v, to } of moved) mesh.positions.set(to, 3 * v)
}

function moveTowards(from: Triple, to: Triple, byMm: number): Triple {
  const d = sub(to, from)
  const length = Math.sqrt(dot(d, d))
  const share = length > 0 ? Math.min(byMm / length, 0.25) : 0
  return [from[0] + d[0] * share, from[1] + d[1] * share, from[2] + d[2] * share]
}

/** Of each edge that is still used by several pairs of triangles, all pairs but the first; no triangle twice. */
function edgesUsedTwice(mesh: Mesh): Pair[] {
  const touched = new Set<number>()
  const chosen: Pair[] = []
  for (const halfEdges of crowdedEdges(groupEdges(mesh.indices, mesh.positions.length / 3))) {
    for (const [h, g] of (pairAround(mesh, halfEdges) ?? []).slice(1)) {
      const faces = [Math.floor(h / 3), Math.floor(g / 3)]
      if (faces.some((f) => touched.has(f))) continue
      for (const f of faces) touched.add(f)
      chosen.push([h, g])
    }
  }
  return chosen
}

/** Gives each pair its own middle vertex: two triangles become four. */
function splitMiddle(mesh: Mesh, pairs: readonly Pair[], apartMm: number): Mesh {
  const vertices = mesh.positions.length / 3
  const positions = new Float32Array(mesh.positions.length + 3 * pairs.length)
  positions.set(mesh.positions)
  const indices = new Uint32Array(mesh.indices.length + 6 * pairs.length)
  indices.set(mesh.indices)
  pairs.forEach(([h, g], i) => {
    const middle = vertices + i
    const corner = (halfEdge: number) => vertex(mesh, mesh.indices[halfEdge] as number)
    const half = (p: Triple, q: Triple): Triple => [(p[0] + q[0]) / 2, (p[1] + q[1]) / 2, (p[2] + q[2]) / 2]
    const opposite = half(corner(previousHalfEdge(h)), corner(previousHalfEdge(g)))
    positions.set(moveTowards(half(corner(h), corner(g)), opposite, apartMm), 3 * middle)
    ;[h, g].forEach((edge, side) => {
      const end = mesh.indices[nextHalfEdge(edge)] as number
      const third = mesh.indices[previousHalfEdge(edge)] as number
      indices[nextHalfEdge(edge)] = middle
      indices.set([middle, end, third], mesh.indices.length + 6 * i + 3 * side)
    })
  })
  return { positions, indices }
}
