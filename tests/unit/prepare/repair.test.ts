import { describe, expect, test } from 'vitest'
import { meshVolumeMm3 } from '../../../src/core/mesh.ts'
import { IDLE_CONTEXT } from '../../../src/core/stage.ts'
import type { Mesh } from '../../../src/core/types.ts'
import { loadManifold } from '../../../src/prepare/manifold.io.ts'
import { isManifold, mend } from '../../../src/prepare/mend.ts'
import { REPAIR, repair } from '../../../src/prepare/repair.ts'
import { boxMesh, joinMeshes, sphereMesh, withFlipped, withHole } from '../../support/meshes.ts'

const never = () => Promise.reject(new Error('the wasm was loaded without need'))
const run = (mesh: Mesh, load: Parameters<typeof repair>[3] = never) =>
  repair(mesh, REPAIR.defaults, IDLE_CONTEXT, load)

/** The independent judge. */
async function acceptedByManifold(mesh: Mesh): Promise<boolean> {
  const { Manifold, Mesh: MeshGl } = await loadManifold()
  try {
    const solid = new Manifold(new MeshGl({ numProp: 3, vertProperties: mesh.positions, triVerts: mesh.indices }))
    const ok = solid.status() === 'NoError'
    solid.delete()
    return ok
  } catch {
    return false
  }
}

/** Two unit cubes on a diagonal of the grid, welded: they share one edge of four triangles. */
const touchingBoxes = () => joinMeshes(boxMesh([0, 0, 0], [1, 1, 1]), boxMesh([1, 1, 0], [2, 2, 1]))
const cornerBoxes = () => joinMeshes(boxMesh([0, 0, 0], [1, 1, 1]), boxMesh([1, 1, 1], [2, 2, 2]))

describe('repair', () => {
  test('leaves a manifold mesh alone, the same object', async () => {
    const mesh = sphereMesh(10)
    expect(await run(mesh)).toEqual({ mesh, mended: [] })
    expect((await run(mesh)).mesh).toBe(mesh)
  })

  test('joins a soup of triangles', async () => {
    const sphere = sphereMesh(10)
    const soup: Mesh = {
      positions: new Float32Array([...sphere.indices].flatMap((v) => [...sphere.positions.subarray(3 * v, 3 * v + 3)])),
      indices: Uint32Array.from(sphere.indices, (_, i) => i),
    }
    const { mesh, mended } = await run(soup)
    expect(mesh.positions.length).toBe(sphere.positions.length)
    expect(mended).toEqual([`joined-vertices ${(soup.positions.length - sphere.positions.length) / 3}`])
    expect(meshVolumeMm3(mesh)).toBeCloseTo(meshVolumeMm3(sphere), 3)
  })

  test.each([
    ['an edge of four triangles', touchingBoxes, 2],
    ['a shared corner', cornerBoxes, 1],
  ])('takes two boxes apart that touch in %s', async (_, make, split) => {
    const input = make()
    expect(isManifold(input)).toBe(false)
    const { mesh, mended } = await run(input)
    expect(mended).toContain(`split-vertices ${split}`)
    expect(isManifold(mesh)).toBe(true)
    expect(await acceptedByManifold(mesh)).toBe(true)
    expect(meshVolumeMm3(mesh)).toBeCloseTo(2, 2)
  })

  test('an edge used twice within one fan gets a middle vertex', async () => {
    // Two diagonal cubes between two full layers: at both ends of the shared edge all triangles form a single fan.
    const full = [0, 2].flatMap((z) => ['0,0', '0,1', '1,0', '1,1'].map((xy) => `${xy},${z}`))
    const bridge = voxelSurface(new Set([...full, '0,0,1', '1,1,1']))
    expect(isManifold(bridge)).toBe(false)
    const { mesh, mended } = await run(bridge)
    expect(mended).toEqual(['split-edges 1'])
    expect(isManifold(mesh)).toBe(true)
    expect(await acceptedByManifold(mesh)).toBe(true)
    expect(meshVolumeMm3(mesh)).toBeCloseTo(10, 2)
  })

  test('drops collapsed triangles, pillows and unused vertices', async () => {
    const box = boxMesh([0, 0, 0], [1, 1, 1])
    const dirty: Mesh = {
      positions: new Float32Array([...box.positions, 5, 5, 5, 6, 5, 5, 5, 6, 5, 9, 9, 9]),
      indices: new Uint32Array([...box.indices, 8, 9, 10, 10, 9, 8, 0, 0, 1, ...box.indices.slice(0, 3)]),
    }
    const { mesh, mended } = await run(dirty)
    expect(mended).toEqual([
      'dropped-unused-vertices 4',
      'dropped-collapsed-triangles 1',
      'dropped-duplicate-triangles 3',
    ])
    expect(mesh.indices.length).toBe(36)
    expect(await acceptedByManifold(mesh)).toBe(true)
  })

  test('turns a triangle without area', async () => {
    // A box whose bottom edge carries an extra vertex, closed by a flat triangle.
    const box = boxMesh([0, 0, 0], [2, 2, 2])
    const flat = withFlatTriangle(box)
    const { mesh, mended } = await run(flat)
    expect(mended).toEqual(['turned-slivers 1'])
    expect(isManifold(mesh)).toBe(true)
    expect(meshVolumeMm3(mesh)).toBeCloseTo(8, 5)
  })

  test('sews rims that are closer than the tolerance, with manifold-3d', async () => {
    const halves = openHalves(0.001)
    const { mesh, mended } = await run(halves, loadManifold)
    expect(mended[0]).toBe('sewn-rims 1')
    expect(isManifold(mesh)).toBe(true)
    expect(meshVolumeMm3(mesh)).toBeCloseTo(8, 1)
  })

  test.each([
    ['a hole', withHole(sphereMesh(10), 100)],
    ['a flipped triangle', withFlipped(sphereMesh(10), 100)],
  ])('refuses %s with a code', async (_, mesh) => {
    expect(mend(mesh)).toBeNull()
    await expect(run(mesh, loadManifold)).rejects.toMatchObject({ code: 'prepare/failed' })
  })
})

/** Outer faces of the unit cubes standing at the given "x,y,z", corners welded. */
function voxelSurface(cells: Set<string>): Mesh {
  const ids = new Map<string, number>()
  const indices: number[] = []
  const id = (corner: readonly number[]) => {
    const key = corner.join(',')
    ids.set(key, ids.get(key) ?? ids.size)
    return ids.get(key) as number
  }
  for (const cell of cells) {
    const at = cell.split(',').map(Number)
    const box = boxMesh([0, 0, 0], [1, 1, 1])
    for (let t = 0; t < box.indices.length; t += 3) {
      const corners = [...box.indices.subarray(t, t + 3)].map((v) => [...box.positions.subarray(3 * v, 3 * v + 3)])
      const axis = [0, 1, 2].find((k) => corners.every((c) => c[k] === corners[0]?.[k])) as number
      const neighbour = at.map((n, k) => n + (k === axis ? (corners[0]?.[axis] === 1 ? 1 : -1) : 0))
      if (!cells.has(neighbour.join(',')))
        indices.push(...corners.map((c) => id(c.map((v, k) => v + (at[k] as number)))))
    }
  }
  const positions = [...ids.keys()].flatMap((key) => key.split(',').map(Number))
  return { positions: new Float32Array(positions), indices: new Uint32Array(indices) }
}

/** Vertex 8 lies on the edge from 0 to 1: the triangle on one side is cut in two, on the other a flat one is added. */
function withFlatTriangle(box: Mesh): Mesh {
  const positions = new Float32Array([...box.positions, 1, 0, 0])
  const indices: number[] = []
  for (let t = 0; t < box.indices.length; t += 3) {
    const tri = [...box.indices.subarray(t, t + 3)]
    const k = tri.findIndex((v, i) => v === 0 && tri[(i + 1) % 3] === 1)
    if (k < 0) indices.push(...tri)
    else {
      const third = tri[(k + 2) % 3] as number
      indices.push(0, 8, third, 8, 1, third, 0, 1, 8)
    }
  }
  return { positions, indices: new Uint32Array(indices) }
}

/** A box in two open halves whose rims miss each other by `gapMm`. */
function openHalves(gapMm: number): Mesh {
  const half = (x0: number, x1: number, openAt: number) => {
    const box = boxMesh([x0, 0, 0], [x1, 2, 2])
    const keep: number[] = []
    for (let t = 0; t < box.indices.length; t += 3) {
      const tri = [...box.indices.subarray(t, t + 3)]
      if (!tri.every((v) => Math.abs((box.positions[3 * v] as number) - openAt) < 1e-6)) keep.push(...tri)
    }
    return { positions: box.positions, indices: new Uint32Array(keep) }
  }
  return joinMeshes(half(0, 1, 1), half(Math.fround(1 + gapMm), 2, Math.fround(1 + gapMm)))
}
