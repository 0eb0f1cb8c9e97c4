import { afterAll, beforeAll, expect, test } from 'vitest'
import { IDLE_CONTEXT } from '../../src/core/stage.ts'
import type { Mesh } from '../../src/core/types.ts'
import type { GpuContext } from '../../src/gpu/context.gpu.ts'
import { smoothGpu } from '../../src/prepare/smooth.gpu.ts'
import { SMOOTH, type SmoothParams, smooth } from '../../src/prepare/smooth.ts'
import { closeDawn, openDawn } from '../support/dawn.ts'
import { fingerprint } from '../support/fingerprint.ts'
import { describeKernel } from '../support/kernel.ts'
import { hugeMesh, surfaceOf } from '../support/kernel-meshes.ts'
import { joinMeshes, placed, sphereMesh, withHole } from '../support/meshes.ts'
import { gridOf, gyroidVolume, randomVolume } from '../support/phantoms.ts'

// Positions are whole numbers until the last step, so no tolerance is needed: all bits must be equal.
describeKernel<Mesh, Mesh>({
  name: 'smoothing',
  inputOf: surfaceOf,
  cpu: (mesh, ctx) => smooth(mesh, { ...SMOOTH.defaults, iterations: 4 }, ctx),
  gpu: (mesh, ctx) => smoothGpu(mesh, { ...SMOOTH.defaults, iterations: 4 }, ctx),
  tooLarge: hugeMesh(),
  refusal: 'gpu/out-of-memory',
})

let ctx: GpuContext
beforeAll(async () => {
  ctx = { ...IDLE_CONTEXT, device: (await openDawn()).device }
})
afterAll(() => closeDawn(ctx.device))

async function expectSame(mesh: Mesh, params: SmoothParams) {
  const expected = await smooth(mesh, params, IDLE_CONTEXT)
  expect(fingerprint(await smoothGpu(mesh, params, ctx))).toEqual(fingerprint(expected))
  return expected
}

test.each([0, 1e-5, 0.003, 0.05, 0.9, 1e9, Number.POSITIVE_INFINITY])('a reach of %s mm', async (maxShiftMm) => {
  const mesh = await surfaceOf(randomVolume(gridOf([40, 20, 9], [0.6, 0.7, 4]), 3))
  await expectSame(mesh, { iterations: 7, passBand: 0.02, maxShiftMm })
  await expectSame(mesh, { iterations: 7, passBand: 0.9, maxShiftMm })
})

test('no iterations, a vertex of many neighbours, an open rim, a lone vertex, far from the origin', async () => {
  const sphere = withHole(sphereMesh(40, 60), 700)
  const lone: Mesh = { positions: new Float32Array([1, 2, 3]), indices: new Uint32Array(0) }
  const mesh = placed(joinMeshes(sphere, lone), [1, 2, 3], [310, -1220, 75])
  await expectSame(mesh, { ...SMOOTH.defaults, iterations: 0 })
  await expectSame(mesh, { iterations: 9, passBand: 0.1, maxShiftMm: 0.3 })
})

test('several dispatches', async () => {
  const mesh = await surfaceOf(gyroidVolume(108))
  expect(mesh.positions.length / 3).toBeGreaterThan(2 ** 16)
  await expectSame(mesh, { ...SMOOTH.defaults, iterations: 2 })
})
