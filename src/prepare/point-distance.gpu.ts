import { meshBounds } from '../core/mesh.ts'
import type { Mesh, Vec3 } from '../core/types.ts'
import type { GpuContext } from '../gpu/context.gpu.ts'
import { requireFits } from '../gpu/device.gpu.ts'
import { type Job, type Resources, runJob } from '../gpu/kernel.gpu.ts'
import type { PointDistances, Points } from './point-distance.ts'
import code from './point-distance.wgsl?raw'
import { type SurfaceNodes, surfaceNodes } from './surface-nodes.ts'
import { squaredToTriangle } from './triangle-distance.ts'

/** Together under 100 ms on a software adapter: points a dispatch, and nodes a point visits in one. */
const POINTS_AT_ONCE = 2 ** 12
const VISITS_AT_ONCE = 64

const BYTES_PER_POINT = { points: 12, walks: 16, answers: 8 } as const

/**
 * As pointDistances(), on the device. The device chooses the triangle in float32, the CPU measures it: a distance is never
 * too small, and too large by at most 1e-6 of the surface's extent or of the distance itself, whichever is more. Device
 * memory: 36 bytes a point, about 70 a triangle. The CPU answers 0.4 M points a second, and the tree, made on the CPU either
 * way, takes as long as 0.2 M points: below some 0.5 M points no device is worth the transfers (reckoned: no hardware was at
 * hand; a software adapter took 17 times as long as the CPU at 0.25 M points). Errors: gpu/out-of-memory, gpu/device-lost.
 */
export function pointDistancesGpu(points: Points, mesh: Mesh, ctx: GpuContext): Promise<PointDistances> {
  return runJob(ctx, async (job) => {
    const count = points.length / 3
    requireFits(ctx.device, {
      corners: mesh.indices.byteLength * 3,
      walks: count * BYTES_PER_POINT.walks,
    })
    const nodes = surfaceNodes(mesh)
    if (nodes.order.length === 0) return nothingNear(count)
    const answers = await walkAll(job, points, mesh, nodes, ctx)
    ctx.progress(1)
    return measured(points, nodes, answers)
  })
}

const nothingNear = (count: number): PointDistances => ({
  distanceMm: new Float64Array(count).fill(Number.POSITIVE_INFINITY),
  triangle: new Int32Array(count).fill(-1),
})

/** Rounds until every walk has ended; nearly all end in the first few. */
async function walkAll(
  job: Job,
  points: Points,
  mesh: Mesh,
  nodes: SurfaceNodes,
  ctx: GpuContext,
): Promise<Uint32Array> {
  const { STORAGE, COPY_SRC } = GPUBufferUsage
  const { min, max } = meshBounds(mesh)
  const centre: Vec3 = [(min[0] + max[0]) / 2, (min[1] + max[1]) / 2, (min[2] + max[2]) / 2]
  const count = points.length / 3
  const answers = await job.buffer('answers', count * BYTES_PER_POINT.answers, STORAGE | COPY_SRC)
  const latest = await job.buffer('latest round', 4, STORAGE | COPY_SRC)
  const resources: Resources = {
    1: await job.upload('points', centred(points, centre), STORAGE),
    2: await job.upload('boxes', centred(nodes.bounds, centre), STORAGE),
    3: await job.upload('nodes', packed(nodes), STORAGE),
    4: await job.upload('corners', centred(nodes.corners, centre), STORAGE),
    5: await job.buffer('walks', count * BYTES_PER_POINT.walks, STORAGE),
    6: answers,
    7: latest,
  }
  let unfinished = true
  for (let round = 1; unfinished; round++) {
    const paramsOf = (first: number, end: number) => [first, end, VISITS_AT_ONCE, round]
    const sweep = { code, entry: 'nearest', threads: count, atOnce: POINTS_AT_ONCE, uniform: 0, paramsOf, resources }
    await job.sweep(sweep, (done) => ctx.progress(1 - 0.5 ** (round - 1) * (1 - done / 2)))
    unfinished = new Uint32Array(await job.read(latest, 4))[0] === round
  }
  return new Uint32Array(await job.read(answers, count * BYTES_PER_POINT.answers))
}

/** Relative to the middle of the mesh, where float32 is finest. As bits. Rounding keeps order, so boxes stay around. */
function centred(values: Points, centre: Vec3): Uint32Array {
  const out = new Float32Array(values.length)
  for (let i = 0; i < values.length; i++) out[i] = (values[i] as number) - (centre[i % 3] as number)
  return new Uint32Array(out.buffer)
}

/** Links, and parents with the number of triangles. */
function packed({ link, leaf }: SurfaceNodes): Uint32Array {
  const out = new Uint32Array(2 * link.length)
  for (let node = 0; node < link.length; node++) {
    out[2 * node] = link[node] as number
    out[2 * node + 1] = (out[2 * node + 1] as number) | (leaf[node] as number)
    if (leaf[node] !== 0) continue
    out[2 * (node + 1) + 1] = node * 8
    out[2 * (link[node] as number) + 1] = node * 8
  }
  return out
}

/** The exact distance to the triangle that the device chose. */
function measured(points: Points, { corners, order }: SurfaceNodes, answers: Uint32Array): PointDistances {
  const count = points.length / 3
  const distanceMm = new Float64Array(count)
  const triangle = new Int32Array(count)
  for (let n = 0; n < count; n++) {
    const place = (answers[2 * n + 1] as number) - 1
    const [x, y, z] = [points[3 * n] as number, points[3 * n + 1] as number, points[3 * n + 2] as number]
    distanceMm[n] = Math.sqrt(squaredToTriangle(corners, 9 * place, 9 * place + 3, 9 * place + 6, x, y, z))
    triangle[n] = order[place] as number
  }
  return { distanceMm, triangle }
}
