import { expect, test } from 'vitest'
import { IDLE_CONTEXT } from '../../src/core/stage.ts'
import type { Mesh } from '../../src/core/types.ts'
import { vertexNormalsGpu } from '../../src/prepare/normals.gpu.ts'
import { vertexNormals } from '../../src/prepare/normals.ts'
import { closeDawn, openDawn } from '../support/dawn.ts'
import { describeKernel } from '../support/kernel.ts'
import { hugeMesh, surfaceOf } from '../support/kernel-meshes.ts'
import { placed } from '../support/meshes.ts'
import { normalSums } from '../support/normal-reference.ts'
import { gyroidVolume } from '../support/phantoms.ts'

/** Float32 rounds each product by 2^-24 and the cross products of a vertex cancel: the error grows as their sum shrinks. */
const TOLERANCE = 1e-6

interface Answer {
  readonly mesh: Mesh
  readonly normals: Float32Array
}

function expectClose(actual: Answer, expected: Answer): void {
  expect(actual.normals.length).toBe(expected.normals.length)
  const { sum, size } = normalSums(expected.mesh)
  const beyond = sum.filter((total, v) => {
    const cancelled = (size[v] as number) / Math.hypot(...total)
    const differences = [0, 1, 2].map((k) =>
      Math.abs((actual.normals[3 * v + k] ?? 9) - (expected.normals[3 * v + k] ?? 0)),
    )
    return Math.max(...differences) > TOLERANCE * cancelled
  })
  expect(beyond).toHaveLength(0)
}

describeKernel<Mesh, Answer>({
  name: 'vertex normals',
  inputOf: surfaceOf,
  cpu: (mesh) => ({ mesh, normals: vertexNormals(mesh) }),
  gpu: async (mesh, ctx) => ({ mesh, normals: await vertexNormalsGpu(mesh, ctx) }),
  compare: expectClose,
  tooLarge: hugeMesh(),
  refusal: 'gpu/out-of-memory',
})

test('several dispatches, far from the origin', async () => {
  const { device } = await openDawn()
  const mesh = placed(await surfaceOf(gyroidVolume(108)), [0.4, 0.5, 0.8], [-300, 410, 1200])
  expect(mesh.positions.length / 3).toBeGreaterThan(2 ** 16)
  const actual = await vertexNormalsGpu(mesh, { ...IDLE_CONTEXT, device })
  expectClose({ mesh, normals: actual }, { mesh, normals: vertexNormals(mesh) })
  await closeDawn(device)
})
