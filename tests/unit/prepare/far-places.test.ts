import { describe, expect, test } from 'vitest'
import { IDLE_CONTEXT } from '../../../src/core/stage.ts'
import type { Mesh } from '../../../src/core/types.ts'
import { farPlaces } from '../../../src/prepare/far-places.ts'
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

const measure = (places: ReturnType<typeof farPlaces>, result: Mesh) => places(result, IDLE_CONTEXT)
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
    const lost = await measure(farPlaces(both, LIMIT_MM), input)
    expect(marked(lost).every((v) => v >= input.positions.length / 3)).toBe(true)
    expect(marked(lost)).toHaveLength(extra.positions.length / 3)
    expect(await measure(farPlaces(input, LIMIT_MM), both)).not.toBeNull()
  })
  test('a result with no vertex of the input', async () => {
    const other = { ...input, positions: input.positions.map((v) => v * 1.0005) }
    expect(await measure(farPlaces(input, LIMIT_MM), other)).toBeNull()
    expect(await measure(farPlaces(input, 0.01), other)).not.toBeNull()
  })
})
