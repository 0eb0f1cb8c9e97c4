import { afterAll, beforeAll, expect, test } from 'vitest'
import { meshBounds } from '../../src/core/mesh.ts'
import { IDLE_CONTEXT } from '../../src/core/stage.ts'
import type { Mesh } from '../../src/core/types.ts'
import type { GpuContext } from '../../src/gpu/context.gpu.ts'
import { pointDistancesGpu } from '../../src/prepare/point-distance.gpu.ts'
import { type PointDistances, type Points, pointDistances } from '../../src/prepare/point-distance.ts'
import { closeDawn, openDawn } from '../support/dawn.ts'
import { describeKernel } from '../support/kernel.ts'
import { EMPTY_MESH, hugeMesh, surfaceOf } from '../support/kernel-meshes.ts'
import { bumpyRadius, placed, radialMesh, sphereMesh } from '../support/meshes.ts'
import { bruteDistance, degenerateMesh, pointsAbout, shrinkingMesh } from '../support/point-questions.ts'

interface Questions {
  readonly points: Points
  readonly mesh: Mesh
}

interface Answers extends Questions {
  readonly found: PointDistances
}

/**
 * The device works in float32 about the middle of the mesh, so coordinates are good to 2^-24 of its extent or of the
 * distance; a few operations make that a millionth. The CPU measures the chosen triangle: never too near.
 */
const TOLERANCE = 1e-6

function expectNearest({ points, mesh, found }: Answers, { found: exact }: Answers): void {
  expect(found.distanceMm.length).toBe(exact.distanceMm.length)
  if (mesh.indices.length === 0) expect(found).toEqual(exact)
  const { min, max } = meshBounds(mesh)
  const extent = Math.max(...max.map((high, k) => high - (min[k] ?? 0)))
  const isFaulty = (mm: number, n: number) => {
    const best = exact.distanceMm[n] as number
    const t = 3 * (found.triangle[n] as number)
    const [x = 0, y = 0, z = 0] = points.subarray(3 * n, 3 * n + 3)
    const toChosen = bruteDistance({ ...mesh, indices: mesh.indices.subarray(t, t + 3) }, x, y, z)
    const most = best + TOLERANCE * Math.max(extent, best)
    return mm !== toChosen || !(mm >= best - 1e-12 * most && mm <= most)
  }
  if (mesh.indices.length > 0) expect([...found.distanceMm].filter(isFaulty)).toEqual([])
}

const onCpu = async (q: Questions): Promise<Answers> => ({
  ...q,
  found: await pointDistances(q.points, q.mesh, IDLE_CONTEXT),
})
const onGpu = async (q: Questions, ctx: GpuContext): Promise<Answers> => ({
  ...q,
  found: await pointDistancesGpu(q.points, q.mesh, ctx),
})

describeKernel<Questions, Answers>({
  name: 'distances of points to a surface',
  inputOf: async (volume) => {
    const mesh = await surfaceOf(volume)
    return { mesh, points: pointsAbout(mesh, 0.7, 40, 5) }
  },
  cpu: onCpu,
  gpu: onGpu,
  compare: expectNearest,
  tooLarge: { points: new Float32Array(3), mesh: hugeMesh() },
  refusal: 'gpu/out-of-memory',
})

let ctx: GpuContext
beforeAll(async () => {
  ctx = { ...IDLE_CONTEXT, device: (await openDawn()).device }
})
afterAll(() => closeDawn(ctx.device))

const expectAsOnCpu = async (q: Questions) => expectNearest(await onGpu(q, ctx), await onCpu(q))

test.each([
  ['needles, lines and points', degenerateMesh()],
  ['ever smaller triangles', shrinkingMesh(130)],
  ['a ball far from the origin', placed(radialMesh(40, 60, bumpyRadius(2)), [1, 1, 1], [900, -1500, 333])],
])('%s', async (_, mesh) => {
  await expectAsOnCpu({ mesh, points: pointsAbout(mesh, 0.5, 300, 6) })
  await expectAsOnCpu({ mesh, points: Float64Array.from(mesh.positions) })
})

test('from the middle of a ball, where every triangle is equally near: many rounds; several dispatches', async () => {
  const mesh = sphereMesh(30, 20)
  const points = new Float32Array(3 * 8400)
  for (let at = 3 * 200; at < points.length; at += mesh.positions.length) {
    points.set(mesh.positions.subarray(0, points.length - at), at)
  }
  await expectAsOnCpu({ mesh, points })
})

test('no triangles, no points', async () => {
  await expectAsOnCpu({ mesh: EMPTY_MESH, points: new Float32Array(9) })
  await expectAsOnCpu({ mesh: degenerateMesh(), points: new Float32Array(0) })
})
