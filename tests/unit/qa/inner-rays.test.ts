import { BackSide, BufferAttribute, BufferGeometry, Ray, Vector3 } from 'three'
import { MeshBVH } from 'three-mesh-bvh'
import { expect, test } from 'vitest'
import { seededRandom } from '../../../src/core/random.ts'
import { innerRays } from '../../../src/qa/inner-rays.ts'
import { boxMesh, bumpyRadius, radialMesh } from '../../support/meshes.ts'

test('leaves a box through the far side only', () => {
  const { cast, hit } = innerRays(boxMesh([0, 0, 0], [2, 4, 6]))
  expect(cast(0.5, 1, 1, 1, 0, 0, 100)).toBeCloseTo(1.5, 12)
  expect(hit.triangle).toBeGreaterThanOrEqual(0)
  // From outside the near side faces the ray and is not met.
  expect(cast(-3, 1, 1, 1, 0, 0, 100)).toBeCloseTo(5, 12)
  expect(cast(0.5, 1, 1, 1, 0, 0, 1.4)).toBe(Number.POSITIVE_INFINITY)
  expect(hit.triangle).toBe(-1)
  expect(cast(3, 1, 1, 1, 0, 0, 100)).toBe(Number.POSITIVE_INFINITY)
})

test('along the edges and in the faces of a box', () => {
  const { cast } = innerRays(boxMesh([0, 0, 0], [2, 4, 6]))
  expect(cast(1, 2, 3, 0, 0, 1, 100)).toBeCloseTo(3, 12)
  expect(cast(0, 2, 0.5, 0, 0, 1, 100)).toBeCloseTo(5.5, 12)
  expect(cast(0, 0, 0.5, 0, 0, 1, 100)).toBeCloseTo(5.5, 12)
})

test('agrees with three-mesh-bvh on a bumpy ball (seed 5)', () => {
  const mesh = radialMesh(60, 90, bumpyRadius(0.2))
  const geometry = new BufferGeometry()
  geometry.setAttribute('position', new BufferAttribute(mesh.positions, 3))
  geometry.setIndex(new BufferAttribute(mesh.indices.slice(), 1))
  const peer = new MeshBVH(geometry)
  const { cast } = innerRays(mesh)
  const random = seededRandom(5)
  let met = 0
  for (let i = 0; i < 2000; i++) {
    const from = new Vector3(random() - 0.5, random() - 0.5, random() - 0.5).multiplyScalar(140)
    const along = new Vector3(random() - 0.5, random() - 0.5, random() - 0.5).normalize()
    const theirs = peer.raycastFirst(new Ray(from, along), BackSide, 0, 60)?.distance
    const ours = cast(from.x, from.y, from.z, along.x, along.y, along.z, 60)
    if (theirs === undefined) expect(ours).toBe(Number.POSITIVE_INFINITY)
    else expect(ours).toBeCloseTo(theirs, 6)
    if (theirs !== undefined) met++
  }
  expect(met).toBeGreaterThan(300)
})
