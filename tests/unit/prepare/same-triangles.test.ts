import { expect, test } from 'vitest'
import { compact } from '../../../src/prepare/pieces.ts'
import { sameTriangles } from '../../../src/prepare/same-triangles.ts'
import { bumpyRadius, radialMesh } from '../../support/meshes.ts'

const mesh = radialMesh(20, 30, bumpyRadius(0.1))

test('triangles are known again by their corners, whatever their numbers', () => {
  const shuffled = compact(
    mesh.positions,
    Uint32Array.from([...mesh.indices.slice(300), ...mesh.indices.slice(60, 300)]),
  )
  const same = sameTriangles(mesh, shuffled)
  expect([...same.slice(0, 3)]).toEqual([100, 101, 102])
  expect(same.at(-1)).toBe(99)
})

test('a moved corner or another order makes another triangle', () => {
  const positions = mesh.positions.slice()
  const corner = 3 * (mesh.indices[0] as number)
  positions[corner] = (positions[corner] as number) + 1e-4
  expect(sameTriangles(mesh, { positions, indices: mesh.indices })[0]).toBe(-1)
  const turned = mesh.indices.slice()
  turned.set([mesh.indices[1] as number, mesh.indices[0] as number, mesh.indices[2] as number])
  expect(sameTriangles(mesh, { positions: mesh.positions, indices: turned })[0]).toBe(-1)
})
