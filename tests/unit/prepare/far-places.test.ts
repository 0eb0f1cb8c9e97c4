import { describe, expect, test } from 'vitest'
import { seededRandom } from '../../../src/core/random.ts'
import { IDLE_CONTEXT } from '../../../src/core/stage.ts'
import type { Mesh } from '../../../src/core/types.ts'
import { farPlaces, samePlaces } from '../../../src/prepare/far-places.ts'
import { surfaceTree } from '../../../src/prepare/surface-tree.ts'
import { trianglesNear } from '../../../src/prepare/triangles-near.ts'
import { bumpyRadius, joinMeshes, radialMesh, sphereMesh } from '../../support/meshes.ts'

const input = radialMesh(60, 120, bumpyRadius(0.1))
const LIMIT_MM = 0.2

/** The input with some vertices moved outwards. */
function moved(byMm: number, ...vertices: number[]): Mesh {
  const positions = input.positions.slice()
  for (const v of vertices) {
    const length = Math.hypot(...positions.subarray(3 * v, 3 * v + 3))
    for (let k = 3 * v; k < 3 * v + 3; k++) positions[k] = (positions[k] as number) * (1 + byMm / length)
  }
  return { positions, indices: input.indices }
}

const measure = (places: ReturnType<typeof farPlaces>, result: Mesh) =>
  places(result, samePlaces(input.positions, result.positions), IDLE_CONTEXT)
const marked = (far: Uint8Array | null) => [...(far ?? [])].flatMap((isFar, v) => (isFar === 1 ? [v] : []))

describe('far places', () => {
  test('none between a surface and itself, nor within the limit', async () => {
    expect(await measure(farPlaces(input, LIMIT_MM), input)).toBeNull()
    expect(await measure(farPlaces(input, LIMIT_MM), moved(0.15, 3000))).toBeNull()
  })
  test('a vertex that went too far is found, and only there', async () => {
    const far = marked(await measure(farPlaces(input, LIMIT_MM), moved(3, 3000)))
    expect(far).toContain(3000)
    expect(far.length).toBeLessThan(40)
  })
  test('what was near in the last result is measured again where that changed', async () => {
    const places = farPlaces(input, LIMIT_MM)
    expect(await measure(places, input)).toBeNull()
    expect(marked(await measure(places, moved(3, 3000)))).toContain(3000)
    // The same fault again: its corner is in a new place, which is never taken for known.
    expect(marked(await measure(places, moved(3, 3000)))).toContain(3000)
    expect(await measure(places, input)).toBeNull()
    expect(marked(await measure(places, moved(3, 500)))).toContain(500)
  })
  test('a hole in the next result is found from the input, which had a triangle there before', async () => {
    const places = farPlaces(input, LIMIT_MM)
    expect(await measure(places, input)).toBeNull()
    const isOpen = (t: number) => t >= 6000 && t < 6010
    const hole = { ...input, indices: input.indices.filter((_, i) => !isOpen(Math.floor(i / 3))) }
    expect(marked(await measure(places, hole))).toContain(input.indices[3 * 6005])
    expect(await measure(places, input)).toBeNull()
  })
  test('a lost piece is far, and so is an added one', async () => {
    const extra = sphereMesh(2, 8, [80, 0, 0])
    const both = joinMeshes(input, extra)
    const lost = await farPlaces(both, LIMIT_MM)(input, samePlaces(both.positions, input.positions), IDLE_CONTEXT)
    expect(marked(lost).every((v) => v >= input.positions.length / 3)).toBe(true)
    expect(marked(lost)).toHaveLength(extra.positions.length / 3)
    expect(await measure(farPlaces(input, LIMIT_MM), both)).not.toBeNull()
  })
  test('a result with no vertex of the input is asked of a tree', async () => {
    const other = { ...input, positions: input.positions.map((v) => v * 1.0005) }
    expect(await measure(farPlaces(input, LIMIT_MM), other)).toBeNull()
    expect(await measure(farPlaces(input, 0.01), other)).not.toBeNull()
  })
})

test('the part near to points answers like the whole (seed 11)', () => {
  const random = seededRandom(11)
  const points = Array.from({ length: 300 }, (_, i) => (input.positions[i * 60] as number) + (random() - 0.5) * 0.8)
  const part = trianglesNear(input, points, LIMIT_MM)
  const [whole, few] = [surfaceTree(input), surfaceTree(part.mesh)]
  expect(part.triangles.length).toBeLessThan(input.indices.length / 3)
  for (let i = 0; i < points.length; i += 3) {
    const [x = 0, y = 0, z = 0] = points.slice(i, i + 3)
    const found = few.within(x, y, z, LIMIT_MM)
    expect(found >= 0).toBe(whole.within(x, y, z, LIMIT_MM) >= 0)
    if (found >= 0) {
      const t = 3 * (part.triangles[found] as number)
      expect([...part.mesh.indices.subarray(3 * found, 3 * found + 3)]).toEqual([...input.indices.subarray(t, t + 3)])
    }
  }
})
