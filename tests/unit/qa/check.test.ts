import { describe, expect, test } from 'vitest'
import type { CheckId, Finding } from '../../../src/core/finding.ts'
import { meshVolumeMm3 } from '../../../src/core/mesh.ts'
import { IDLE_CONTEXT } from '../../../src/core/stage.ts'
import type { Mesh } from '../../../src/core/types.ts'
import type { AddedMark } from '../../../src/qa/added-marks.ts'
import { CHECK, type CheckParams, checkMesh } from '../../../src/qa/check.ts'
import { AS_SCANNED } from '../../../src/qa/checks/scale.ts'
import { ledgerMeasure } from '../../../src/qa/error-ledger.ts'
import { gateVerdict, REQUIRED_CHECKS } from '../../../src/qa/gate.ts'
import { POLICIES } from '../../../src/qa/policy.ts'
import { boxMesh, inverted, joinMeshes, placed, sphereMesh, withFlipped, withHole } from '../../support/meshes.ts'
import { SAMPLE_PASSPORT } from '../../support/passport.ts'

const MARKED = { textHeightMm: 8, hasSide: true, hasId: true }
const passport = SAMPLE_PASSPORT
const ball = sphereMesh(20, 24, [100, -50, 30])

async function check(
  mesh: Mesh,
  reference = ball,
  params: Partial<CheckParams> = {},
  added: readonly AddedMark[] = [],
) {
  const input = {
    mesh,
    reference,
    referenceMaskMm3: meshVolumeMm3(reference),
    passport,
    sideVerified: true,
    spacing: passport.spacingMm,
    ai: null,
    marks: MARKED,
    shows: { side: 'none', isMirrored: false } as const,
    added,
    scale: AS_SCANNED,
  }
  const result = await checkMesh(input, { ...CHECK.defaults, ...params }, IDLE_CONTEXT)
  const find = (id: CheckId) => result.findings.find((f) => f.check === id) as Finding
  const failing = result.findings.filter((f) => f.level === 'fail').map((f) => f.check)
  return { ...result, find, failing }
}

test('a sound ball passes every required check, in the fixed order', async () => {
  const { findings, failing } = await check(ball, ball, { policy: 'planning' })
  expect(findings.map((f) => f.check)).toEqual(REQUIRED_CHECKS)
  expect(failing).toEqual([])
  expect(gateVerdict(findings, [], POLICIES.planning).released).toBe(true)
})

test('the same input gives the same result', async () => {
  const mesh = joinMeshes(ball, sphereMesh(3, 8, [100, -50, 60]))
  expect(JSON.stringify((await check(mesh)).findings)).toBe(JSON.stringify((await check(mesh)).findings))
})

describe('planted faults are found by the check that is meant to', () => {
  test('a hole', async () => {
    const { find } = await check(withHole(ball, 300))
    expect(find('boundary-edges')).toMatchObject({ level: 'fail', value: 3, hard: true })
    expect(find('boundary-edges').places).toHaveLength(1)
  })
  test('a flipped triangle', async () => {
    const { find, failing } = await check(withFlipped(ball, 300))
    expect(find('orientation')).toMatchObject({ level: 'fail', value: 3 })
    expect(failing).not.toContain('boundary-edges')
  })
  test('an inverted part', async () => {
    const { find, failing } = await check(inverted(ball))
    expect(find('orientation')).toMatchObject({ level: 'fail', value: 1, detail: { invertedShells: 1 } })
    expect(failing).toContain('volume-change')
  })
  test('a doubled wall: an edge of more than two triangles', async () => {
    const { find } = await check({
      positions: ball.positions,
      indices: new Uint32Array([...ball.indices, ...ball.indices.slice(30, 33)]),
    })
    expect(find('non-manifold-edges')).toMatchObject({ level: 'fail', value: 3 })
  })
  test('two corners in one place that only share it by chance', async () => {
    const pair = joinMeshes(boxMesh([0, 0, 0], [9, 9, 9]), boxMesh([9, 9, 9], [18, 18, 18]))
    const { find } = await check(pair, pair, { declaredShells: 2 })
    expect(find('non-manifold-edges').detail).toMatchObject({ pinchedVertices: 1, verticesInOnePlace: 1 })
  })
  test('a loose shell', async () => {
    const { find, failing } = await check(joinMeshes(ball, sphereMesh(1, 12, [100, -50, 60])))
    expect(find('shells')).toMatchObject({ level: 'fail', value: 2, limit: 1, hard: false })
    expect(failing).toContain('bounding-box')
  })
  test('a cavity is not loose, and a cavity that faces outwards is inverted', async () => {
    const hole = sphereMesh(5, 12, [100, -50, 30])
    const good = await check(joinMeshes(ball, inverted(hole)))
    expect(good.find('shells')).toMatchObject({ level: 'pass', value: 1, detail: { cavities: 1 } })
    expect(good.find('orientation').level).toBe('pass')
    expect((await check(joinMeshes(ball, hole))).find('orientation').value).toBe(1)
  })
  test('crossing boxes', async () => {
    const cross = joinMeshes(boxMesh([0, 0, 0], [30, 10, 10]), boxMesh([10, -10, 3], [20, 20, 7]))
    const { find } = await check(cross, cross, { policy: 'planning', declaredShells: 2 })
    expect(find('self-intersections')).toMatchObject({ level: 'fail', hard: false })
    expect(find('self-intersections').value).toBeGreaterThan(4)
    expect((await check(cross, cross, { declaredShells: 2 })).find('self-intersections').level).toBe('warn')
  })
  test('a wrong scale', async () => {
    const { failing, find } = await check(placed(ball, [1.02, 1.02, 1.02], [-2, 1, -0.6]))
    expect(failing).toEqual(expect.arrayContaining(['bounding-box', 'volume-change']))
    expect(find('volume-change').value).toBeCloseTo(100 * (1.02 ** 3 - 1), 1)
  })
  test('a shift', async () => {
    const { find } = await check(placed(ball, [1, 1, 1], [0, 0.4, 0]), ball, { policy: 'planning' })
    expect(find('bounding-box')).toMatchObject({ level: 'fail' })
    expect(find('bounding-box').detail.yMm).toBeCloseTo(0.4, 4)
    expect(find('surface-max').value).toBeCloseTo(0.4, 2)
    // A shift by d is d |cos| off on a sphere: half of d on average.
    expect(find('surface-mean').value).toBeCloseTo(0.2, 2)
  })
  test('a part of another place', async () => {
    const { failing } = await check(placed(ball, [1, 1, 1], [100, 0, 0]))
    expect(failing).toEqual(expect.arrayContaining(['surface-mean', 'surface-p95', 'surface-max', 'bounding-box']))
  })
  test('nothing at all, and positions that are no numbers', async () => {
    const nothing = { positions: new Float32Array(0), indices: new Uint32Array(0) }
    expect((await check(nothing)).failing).toEqual(
      expect.arrayContaining(['boundary-edges', 'surface-mean', 'volume-change', 'bounding-box']),
    )
    const spoilt = { positions: ball.positions.slice(), indices: ball.indices }
    spoilt.positions[30] = Number.NaN
    expect((await check(spoilt)).failing).toContain('boundary-edges')
    const dangling = { positions: ball.positions, indices: ball.indices.slice() }
    dangling.indices[30] = 1e6
    expect((await check(dangling)).failing).toContain('boundary-edges')
  })
})

describe('distances', () => {
  test('a ball grown by 0.3 mm: every figure is 0.3 and the map is positive', async () => {
    const grown = sphereMesh(20.3, 96, [100, -50, 30])
    const { find, deviationMm } = await check(grown, sphereMesh(20, 96, [100, -50, 30]))
    for (const id of ['surface-mean', 'surface-p95', 'surface-max'] as const) expect(find(id).value).toBeCloseTo(0.3, 1)
    expect(deviationMm.length).toBe(grown.positions.length / 3)
    expect(Math.min(...deviationMm)).toBeGreaterThan(0.29)
    const shrunk = await check(sphereMesh(19.7, 96, [100, -50, 30]), sphereMesh(20, 96, [100, -50, 30]))
    expect(Math.max(...shrunk.deviationMm)).toBeLessThan(-0.29)
  })
  test('a lost piece is seen from the reference, which the mesh alone would not show', async () => {
    const both = joinMeshes(ball, sphereMesh(3, 12, [100, -50, 60]))
    const { find } = await check(ball, both)
    expect(find('surface-max').detail.toMaskMm).toBeCloseTo(0, 5)
    expect(find('surface-max').value).toBeGreaterThan(7)
    expect(find('surface-max').places[0]?.at[2]).toBeGreaterThan(55)
    // So its figures are not those of the ledger, which asks points of the model alone.
    expect(ledgerMeasure(ball, both).maxMm).toBeCloseTo(0, 5)
  })
})

describe('wall thickness', () => {
  // A slab with a fin of anatomy 0.6 mm thin, and a fin 0.6 mm thin that a mark put there.
  const slab = boxMesh([0, 0, 0], [30, 30, 5])
  const fin = boxMesh([2, 5, 6], [2.6, 15, 12])
  const mark = boxMesh([20, 5, 6], [20.6, 15, 12])
  const part = joinMeshes(slab, fin, mark)
  const added = (kind: AddedMark['kind'], leastMm: number, faces = mark) => [{ faces, kind, leastMm }]
  const wall = async (of: readonly AddedMark[], process: CheckParams['process'] = 'fdm') =>
    (await check(part, part, { declaredShells: 3, process }, of)).find('wall-thickness')

  test('what a mark added is left out, and how much; a fin of the anatomy beside it is not', async () => {
    const [all, walls] = [await wall([]), await wall(added('text', 1))]
    expect([all.detail.marksLeftOutMm2, walls.detail.marksLeftOutMm2]).toEqual([0, expect.closeTo(139.2, 3)])
    expect([all.level, walls.level]).toEqual(['fail', 'fail'])
    expect(all.value / walls.value).toBeCloseTo(2, 3)
    expect(walls.places.every(({ at }) => at[0] < 3)).toBe(true)
    const both = await wall([...added('text', 1), ...added('text', 1, fin)])
    expect(both).toMatchObject({ level: 'pass', value: 0 })
  })
  test('the map still shows how thin a mark is', async () => {
    const { thicknessMm } = await check(part, part, { declaredShells: 3 }, added('text', 1))
    expect(Math.min(...thicknessMm.slice(-8))).toBeCloseTo(0.6, 4)
  })
  test.each([
    ['text', 0.99, 'fdm', false],
    ['text', 1, 'fdm', true],
    ['code', 1.99, 'fdm', false],
    ['code', 2, 'fdm', true],
    ['solid', 0.79, 'fdm', false],
    ['solid', 0.8, 'fdm', true],
    ['text', 0.5, 'sla', true],
  ] as const)('a mark of kind %s made to %s mm is left out on %s: %s', async (kind, leastMm, process, isOut) => {
    const { marksLeftOutMm2 } = (await wall(added(kind, leastMm), process)).detail
    expect(Number(marksLeftOutMm2) > 0).toBe(isOut)
  })

  test.each([
    [0.79, 'fail'],
    [0.81, 'warn'],
    [1.19, 'warn'],
    [1.21, 'pass'],
  ])('a plate of %s mm for FDM is %s', async (mm, level) => {
    const plate = boxMesh([0, 0, 0], [30, 20, mm])
    const { find } = await check(plate, plate)
    expect(find('wall-thickness').level).toBe(level)
    expect(find('wall-thickness').detail.thinnestMm).toBeCloseTo(mm, 4)
  })
  test('the area below the limit is both faces of the plate, whatever the meshing', async () => {
    const plate = boxMesh([0, 0, 0], [30, 20, 0.4])
    const { find, thicknessMm } = await check(plate, plate, { process: 'sla' })
    expect(find('wall-thickness')).toMatchObject({ level: 'fail', hard: false, unit: 'mm2' })
    expect(find('wall-thickness').value).toBeCloseTo(1200, 0)
    expect(find('wall-thickness').detail.belowAdvisedPercent).toBeCloseTo((100 * 1200) / 1240, 1)
    expect([...thicknessMm].every((mm) => Math.abs(mm - 0.4) < 1e-4)).toBe(true)
    expect(find('wall-thickness').places.length).toBeGreaterThan(5)
    expect(find('wall-thickness').places.length).toBeLessThanOrEqual(12)
  })
  test('a hollow ball is as thick as its wall', async () => {
    const hollow = joinMeshes(sphereMesh(20, 60), inverted(sphereMesh(18.5, 60)))
    const { find, thicknessMm } = await check(hollow, hollow)
    expect(find('wall-thickness').level).toBe('pass')
    expect(Math.min(...thicknessMm)).toBeGreaterThan(1.4)
    expect(Math.max(...thicknessMm)).toBeLessThan(1.6)
  })
  test('a solid ball is thick everywhere: flanks and grazing hits are no walls', async () => {
    const { thicknessMm } = await check(ball)
    expect(Math.min(...thicknessMm)).toBe(10)
  })
  test('a wall of no thickness is found', async () => {
    const leaf = joinMeshes(boxMesh([0, 0, 0], [10, 10, 5]), boxMesh([20, 0, 0], [30, 10, 1e-4]))
    expect((await check(leaf, leaf, { declaredShells: 2 })).find('wall-thickness').detail.thinnestMm).toBeLessThan(1e-3)
  })
})

test('progress rises and cancelling stops', async () => {
  const seen: number[] = []
  const input = {
    mesh: ball,
    reference: ball,
    referenceMaskMm3: 1,
    passport,
    sideVerified: true,
    spacing: passport.spacingMm,
    ai: null,
    marks: MARKED,
    shows: { side: 'none', isMirrored: false } as const,
    added: [],
    scale: AS_SCANNED,
  }
  await checkMesh(input, CHECK.defaults, { ...IDLE_CONTEXT, progress: (f) => seen.push(f) })
  expect(seen).toEqual([...seen].sort((a, b) => a - b))
  expect(seen.at(-1)).toBe(1)
  const cancelled = { ...IDLE_CONTEXT, signal: AbortSignal.abort() }
  await expect(checkMesh(input, CHECK.defaults, cancelled)).rejects.toMatchObject({ name: 'AbortError' })
})
