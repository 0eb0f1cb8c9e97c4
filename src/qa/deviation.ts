import type { Place } from '../core/finding.ts'
import { pacer, subContext } from '../core/pace.ts'
import type { Context } from '../core/stage.ts'
import { triangleCross } from '../core/triangle.ts'
import type { Mesh } from '../core/types.ts'
import { surfaceGrid } from '../prepare/surface-grid.ts'
import type { NearSurface } from '../prepare/surface-tree.ts'
import { Places } from './places.ts'

/** Area-weighted distances in mm from one surface to another. */
export interface Spread {
  readonly meanMm: number
  readonly p95Mm: number
  readonly maxMm: number
  /** Points measured: every vertex and every triangle centre. */
  readonly points: number
}

export interface Deviation {
  readonly toReference: Spread
  readonly fromReference: Spread
  /** Per vertex of the mesh, positive outside of the reference. */
  readonly signedMm: Float32Array
  /** Farthest spots of both directions beyond `placesAboveMm`. */
  readonly places: readonly Place[]
}

/**
 * Distances both ways, without sampling: each triangle stands for its area with 3/4 at its centre and 1/12 at each corner
 * (exact for quadratics). `nearReference` may be given when it is at hand. Memory: about 100 bytes a triangle of both meshes.
 */
export async function deviation(
  mesh: Mesh,
  reference: Mesh,
  placesAboveMm: number,
  ctx: Context,
  nearReference = surfaceGrid(reference),
): Promise<Deviation> {
  const places = new Places('high')
  const signedMm = new Float32Array(mesh.positions.length / 3)
  const there = subContext(ctx, 0.1, 0.5)
  const isOutside = sideOf(reference, nearReference)
  const toReference = await spread(mesh, nearReference, placesAboveMm, places, there, (v, x, y, z, distance) => {
    signedMm[v] = isOutside(x, y, z) ? distance : -distance
  })
  const back = subContext(ctx, 0.6, 1)
  const fromReference = await spread(reference, surfaceGrid(mesh), placesAboveMm, places, back, () => {})
  return { toReference, fromReference, signedMm, places: places.worst() }
}

type PerVertex = (vertex: number, x: number, y: number, z: number, distanceMm: number) => void

async function spread(
  from: Mesh,
  to: NearSurface,
  placesAboveMm: number,
  places: Places,
  ctx: Context,
  perVertex: PerVertex,
): Promise<Spread> {
  const { positions: p, indices } = from
  const vertices = p.length / 3
  const triangles = indices.length / 3
  const distance = new Float64Array(vertices + triangles)
  const weight = new Float64Array(vertices + triangles)
  const cross = new Float64Array(3)
  const { breathe } = pacer(ctx)
  const measure = (n: number, x: number, y: number, z: number) => {
    const mm = to.distance(x, y, z)
    distance[n] = mm
    if (mm > placesAboveMm) places.add(x, y, z, mm)
    return mm
  }
  for (let t = 0; t < triangles; t++) {
    if (t % 1024 === 0) await breathe((0.6 * t) / triangles)
    const [a, b, c] = [indices[3 * t] as number, indices[3 * t + 1] as number, indices[3 * t + 2] as number]
    const area = Math.sqrt(triangleCross(p, 3 * a, 3 * b, 3 * c, cross)) / 2
    weight[vertices + t] = 0.75 * area
    weight[a] = (weight[a] as number) + area / 12
    weight[b] = (weight[b] as number) + area / 12
    weight[c] = (weight[c] as number) + area / 12
    const x = ((p[3 * a] as number) + (p[3 * b] as number) + (p[3 * c] as number)) / 3
    const y = ((p[3 * a + 1] as number) + (p[3 * b + 1] as number) + (p[3 * c + 1] as number)) / 3
    const z = ((p[3 * a + 2] as number) + (p[3 * b + 2] as number) + (p[3 * c + 2] as number)) / 3
    measure(vertices + t, x, y, z)
  }
  for (let v = 0; v < vertices; v++) {
    if (v % 1024 === 0) await breathe(0.6 + (0.4 * v) / vertices)
    const [x, y, z] = [p[3 * v] as number, p[3 * v + 1] as number, p[3 * v + 2] as number]
    perVertex(v, x, y, z, measure(v, x, y, z))
  }
  return summarize(distance, weight)
}

function summarize(distance: Float64Array, weight: Float64Array): Spread {
  let sum = 0
  let total = 0
  let maxMm = 0
  for (let i = 0; i < distance.length; i++) {
    sum += (distance[i] as number) * (weight[i] as number)
    total += weight[i] as number
    if ((weight[i] as number) > 0) maxMm = Math.max(maxMm, distance[i] as number)
  }
  if (total === 0) return { meanMm: Number.NaN, p95Mm: Number.NaN, maxMm: Number.NaN, points: 0 }
  return { meanMm: sum / total, p95Mm: quantile(distance, weight, total * 0.95, maxMm), maxMm, points: distance.length }
}

const BINS = 4096

/** Exact weighted quantile: a histogram finds the bin, only that bin is sorted, and only where its values differ. */
export function quantile(value: Float64Array, weight: Float64Array, rank: number, max: number): number {
  if (!Number.isFinite(max)) return max
  if (max === 0) return 0
  const bins = new Float64Array(BINS)
  for (let i = 0; i < value.length; i++) {
    const bin = binOf(value[i] as number, max)
    bins[bin] = (bins[bin] as number) + (weight[i] as number)
  }
  let below = 0
  let bin = 0
  while (bin < BINS - 1 && below + (bins[bin] as number) < rank) below += bins[bin++] as number
  const only = onlyValueIn(bin, value, weight, max)
  if (only !== null) return only
  const members: number[] = []
  for (let i = 0; i < value.length; i++) {
    if (binOf(value[i] as number, max) === bin && (weight[i] as number) > 0) members.push(i)
  }
  members.sort((p, q) => (value[p] as number) - (value[q] as number))
  for (const i of members) {
    below += weight[i] as number
    if (below >= rank) return value[i] as number
  }
  return value[members.at(-1) ?? 0] as number
}

const binOf = (value: number, max: number) => Math.min(BINS - 1, Math.floor((value / max) * BINS))

/** The value that all in a bin share, as distances between voxels do; null where they differ. */
function onlyValueIn(bin: number, value: Float64Array, weight: Float64Array, max: number): number | null {
  let least = Infinity
  let most = -Infinity
  for (let i = 0; i < value.length; i++) {
    const one = value[i] as number
    if (binOf(one, max) !== bin || (weight[i] as number) === 0) continue
    least = Math.min(least, one)
    most = Math.max(most, one)
  }
  return least === most ? least : null
}

/**
 * Whether the place that `near` was asked about last is outside. By the normal of the closest triangle: right but at saddle-shaped
 * corners, where the distance is tiny anyway.
 */
function sideOf({ positions, indices }: Mesh, near: NearSurface): (x: number, y: number, z: number) => boolean {
  const normal = new Float64Array(3)
  return (x, y, z) => {
    const { hit } = near
    if (hit.triangle < 0) return true
    const corner = (k: number) => 3 * (indices[3 * hit.triangle + k] as number)
    triangleCross(positions, corner(0), corner(1), corner(2), normal)
    const [nx = 0, ny = 0, nz = 0] = normal
    return nx * (x - hit.x) + ny * (y - hit.y) + nz * (z - hit.z) >= 0
  }
}
