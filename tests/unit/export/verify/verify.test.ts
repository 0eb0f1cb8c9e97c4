import { describe, expect, test } from 'vitest'
import { IDLE_CONTEXT } from '../../../../src/core/stage.ts'
import type { Mesh, Vec3 } from '../../../../src/core/types.ts'
import type { Change } from '../../../../src/export/verify/changes.ts'
import { rotationBy, turned } from '../../../../src/export/verify/linear.ts'
import { type FoundPart, type KnownRelease, VERIFY, verifyPart } from '../../../../src/export/verify/verify.ts'
import { DECIMATE, decimate } from '../../../../src/prepare/decimate.ts'
import { bumpyRadius, inverted, joinMeshes, placed, radialMesh, sphereMesh } from '../../../support/meshes.ts'

/** A long, bumpy part without symmetry, where a scan would put it. */
function boneLike(seed: number, rings = 32): Mesh {
  const radius = bumpyRadius(0)
  const ball = radialMesh(
    rings,
    2 * rings,
    (u, v) => radius(u, v) * (0.4 + 0.06 * Math.sin(v + seed) * Math.sin(u) + 0.05 * Math.cos(2 * u + seed)),
  )
  const bent = ball.positions.slice()
  for (let n = 0; n < bent.length; n += 3) {
    const z = (bent[n + 2] as number) * 3
    bent[n] = (bent[n] as number) + 0.002 * z * z + 0.00004 * seed * z * z * z
    bent[n + 1] = (bent[n + 1] as number) * 0.7 + 0.0004 * z * z
    bent[n + 2] = z
  }
  return placed({ positions: bent, indices: ball.indices }, [1, 1, 1], [-60, 25, 310])
}

const femur = boneLike(1)
const tibia = boneLike(2.4)
const release = (traceId: string, mesh: Mesh): KnownRelease => ({
  traceId,
  mesh,
  fileDigests: [`digest of ${traceId}`],
})
const RELEASES = [release('AAAAA-AAAAA', tibia), release('BBBBB-BBBBB', femur)]
const found = (mesh: Mesh, change: Partial<FoundPart> = {}): FoundPart => ({
  mesh,
  traceId: null,
  ...change,
})
const verify = (part: FoundPart, releases = RELEASES) => verifyPart(part, releases, VERIFY.defaults, IDLE_CONTEXT)
/** What was done, by kind; the release is always the second. */
async function changesOf(mesh: Mesh): Promise<Map<string, Change>> {
  const verdict = await verify(found(mesh))
  expect(verdict).toMatchObject({ verdict: 'changed', traceId: 'BBBBB-BBBBB' })
  return new Map(verdict.verdict === 'changed' ? verdict.changes.map((change) => [change.kind, change]) : [])
}
const scaled = (mesh: Mesh, by: number) => placed(mesh, [by, by, by], [0, 0, 0])
function spun(mesh: Mesh, by: Vec3, shift: Vec3): Mesh {
  const rotation = rotationBy(by)
  const positions = new Float32Array(mesh.positions.length)
  for (let n = 0; n < positions.length; n += 3) {
    const at = turned(rotation, [...mesh.positions.slice(n, n + 3)] as unknown as Vec3)
    for (let k = 0; k < 3; k++) positions[n + k] = (at[k] as number) + (shift[k] as number)
  }
  return { positions, indices: mesh.indices }
}
/** Every point outwards by up to `mm` in a ball around a point of the part. */
function swollen(mesh: Mesh, mm: number, radius: number): Mesh {
  const at = [...mesh.positions.slice(3000, 3003)] as unknown as Vec3
  const positions = mesh.positions.slice()
  for (let n = 0; n < positions.length; n += 3) {
    const away = Math.hypot(...[0, 1, 2].map((k) => (positions[n + k] as number) - (at[k] as number)))
    if (away < radius) positions[n] = (positions[n] as number) + mm * (1 - away / radius)
  }
  return { positions, indices: mesh.indices }
}

describe('a part that came back', () => {
  test('is unchanged when its surface is, whatever the file', async () => {
    expect(await verify(found(femur))).toEqual({ verdict: 'unchanged', traceId: 'BBBBB-BBBBB', by: 'geometry' })
    const shuffled = {
      positions: femur.positions,
      indices: Uint32Array.of(...femur.indices.slice(3000), ...femur.indices.slice(0, 3000)),
    }
    expect(await verify(found(shuffled))).toMatchObject({ verdict: 'unchanged' })
  })
  test.each([
    [25.4, 'inch-taken-as-mm'],
    [1 / 25.4, 'mm-taken-as-inch'],
    [10, 'centimetre'],
    [0.001, 'metre'],
    [0.5, 'other'],
    [1.02, 'other'],
    [1.003, 'other'],
  ])('rescaled by %f', async (factor, cause) => {
    const changes = await changesOf(scaled(femur, factor))
    expect([...changes.keys()]).toEqual(['rescaled'])
    const change = changes.get('rescaled')
    expect(change).toMatchObject({ cause })
    expect(change?.kind === 'rescaled' ? change.factor / factor : 0).toBeCloseTo(1, 4)
  })
  test('mirrored, with its triangles turned or not', async () => {
    const image = placed(femur, [-1, 1, 1], [0, 0, 0])
    for (const mesh of [image, inverted(image)]) {
      const changes = await changesOf(mesh)
      expect([...changes.values()]).toEqual([{ kind: 'mirrored', axis: 'x' }])
    }
    expect([...(await changesOf(inverted(placed(femur, [1, -1, 1], [0, 0, 0])))).values()]).toEqual([
      { kind: 'mirrored', axis: 'y' },
    ])
  })
  test('moved, by how far', async () => {
    const changes = await changesOf(placed(femur, [1, 1, 1], [3, 0, -4]))
    expect([...changes.keys()]).toEqual(['moved'])
    expect(changes.get('moved')).toMatchObject({ mm: expect.closeTo(5, 3) })
  })
  test('turned onto the plate of a slicer', async () => {
    const changes = await changesOf(spun(femur, [Math.PI / 2, 0.4, 0.2], [120, 110, 40]))
    expect([...changes.keys()]).toEqual(['turned', 'moved'])
    expect(changes.get('turned')).toMatchObject({
      degrees: expect.closeTo((180 / Math.PI) * Math.hypot(Math.PI / 2, 0.4, 0.2), 2),
    })
  })
  test('turned, mirrored and rescaled at once', async () => {
    const changes = await changesOf(
      scaled(spun(inverted(placed(femur, [-1, 1, 1], [0, 0, 0])), [0.3, -0.2, 1.1], [5, 5, 5]), 25.4),
    )
    expect([...changes.keys()]).toEqual(expect.arrayContaining(['rescaled', 'mirrored', 'turned', 'moved']))
    expect(changes.get('rescaled')).toMatchObject({ cause: 'inch-taken-as-mm', factor: 25.4 })
    expect(changes.has('reshaped')).toBe(false)
  })
  test('decimated by a slicer, where it lies and on its plate', async () => {
    const few = await decimate(femur, { ...DECIMATE.defaults, maxErrorMm: 0.15 }, IDLE_CONTEXT)
    expect(few.indices.length).toBeLessThan(0.9 * femur.indices.length)
    for (const mesh of [few, spun(few, [0.7, 0, 0.1], [90, 90, 0])]) {
      const changes = await changesOf(mesh)
      expect(changes.get('retriangulated')).toMatchObject({
        triangles: few.indices.length / 3,
        before: femur.indices.length / 3,
      })
      expect(changes.has('reshaped')).toBe(false)
      expect(changes.has('rescaled')).toBe(false)
    }
  })
  test.each([0.05, 0.5, 4])('reshaped by %f mm in one place, where and by how much', async (mm) => {
    const mesh = swollen(femur, mm, 15)
    const verdict = await verify(found(mesh))
    const change = verdict.verdict === 'changed' ? verdict.changes[0] : null
    expect(change).toMatchObject({ kind: 'reshaped' })
    if (verdict.verdict !== 'changed' || change?.kind !== 'reshaped') return
    expect(verdict.changes).toHaveLength(1)
    expect(change.maxMm).toBeLessThanOrEqual(mm + 1e-3)
    expect(change.maxMm).toBeGreaterThan(0.3 * mm)
    expect(change.percent).toBeLessThan(20)
    expect(verdict.distanceMm).toHaveLength(mesh.positions.length / 3)
    const worst = change.places[0]?.at ?? [0, 0, 0]
    const planted = [...femur.positions.slice(3000, 3003)]
    expect(Math.hypot(...worst.map((v, k) => v - (planted[k] as number)))).toBeLessThan(15)
  })
  test('reshaped and turned onto a plate: both are said', async () => {
    const changes = await changesOf(spun(swollen(femur, 3, 12), [0.2, 1.4, 0], [100, 0, 0]))
    expect([...changes.keys()]).toEqual(['turned', 'moved', 'reshaped'])
  })
  test('with something beside it', async () => {
    const changes = await changesOf(joinMeshes(femur, sphereMesh(4, 8, [-20, 25, 310])))
    expect([...changes.keys()]).toEqual(['reshaped'])
  })
})

describe('a part of somebody else', () => {
  test.each<[string, Mesh]>([
    ['another bone', boneLike(4.1)],
    ['a ball', sphereMesh(40)],
    ['another bone of the same place and size', boneLike(1.6)],
  ])('%s is not ours', async (_, mesh) => {
    expect(await verify(found(mesh))).toMatchObject({ verdict: 'not-ours', claimed: null })
  })
  test('not even with the trace id of a release, which is told', async () => {
    expect(await verify(found(boneLike(4.1), { traceId: 'BBBBB-BBBBB' }))).toMatchObject({
      verdict: 'not-ours',
      claimed: 'BBBBB-BBBBB',
    })
  })
  test('is not ours where nothing was released', async () => {
    expect(await verify(found(femur), [])).toEqual({ verdict: 'not-ours', claimed: null, share: 0 })
  })
})
