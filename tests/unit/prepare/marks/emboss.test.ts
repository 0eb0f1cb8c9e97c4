import { describe, expect, test } from 'vitest'
import { meshBounds, meshVolumeMm3 } from '../../../../src/core/mesh.ts'
import { IDLE_CONTEXT } from '../../../../src/core/stage.ts'
import type { Mesh, Vec3 } from '../../../../src/core/types.ts'
import { loadManifold } from '../../../../src/prepare/manifold.io.ts'
import { EMBOSS, type EmbossParams, textMark } from '../../../../src/prepare/marks/emboss.ts'
import { fontOf } from '../../../../src/prepare/marks/font.ts'
import { frameAt } from '../../../../src/prepare/marks/frame.ts'
import { applyMark } from '../../../../src/prepare/marks/mark.ts'
import { textOutlines } from '../../../../src/prepare/marks/outlines.ts'
import { pieceCount } from '../../../../src/prepare/pieces.ts'
import { defectsOf, NO_DEFECTS } from '../../../support/manifold.ts'
import { FLAT, heightsIn, MARK_TOOLS, markFont } from '../../../support/mark-tools.ts'
import { boxMesh, sphereMesh } from '../../../support/meshes.ts'

const { lib } = FLAT
const UP: Vec3 = [0, 1, 0]
const TOP = { pointLps: [0, 0, 0], normalLps: [0, 0, 1], upLps: UP } as const
const plate = (halfX = 40, halfY = 20, thick = 10) => boxMesh([-halfX, -halfY, -thick], [halfX, halfY, 0])
const params = (more: Partial<EmbossParams>): EmbossParams => ({
  ...EMBOSS.defaults,
  place: TOP,
  lines: ['7K3MQ L'],
  ...more,
})
const marked = async (mesh: Mesh, p: EmbossParams) =>
  applyMark(mesh, await textMark(mesh, p, IDLE_CONTEXT, MARK_TOOLS), IDLE_CONTEXT, loadManifold)
const section = (lines: readonly string[], capHeightMm: number) =>
  new lib.CrossSection(textOutlines(lines, fontOf(markFont()), { capHeightMm, flatMm: 0.01 }, FLAT))

/** Places of the plane that lie well inside the letters. */
function insideLetters(lines: readonly string[], capHeightMm: number): [number, number][] {
  const thin = section(lines, capHeightMm).offset(-0.5, 'Miter').toPolygons()
  return lib.triangulate(thin).map((corners) => {
    const [a, b, c] = corners.map((v) => thin.flat()[v] as [number, number])
    return [((a?.[0] ?? 0) + (b?.[0] ?? 0) + (c?.[0] ?? 0)) / 3, ((a?.[1] ?? 0) + (b?.[1] ?? 0) + (c?.[1] ?? 0)) / 3]
  })
}

describe('text on a flat face', () => {
  test.each([
    ['emboss', 1],
    ['engrave', -1],
  ] as const)('%s changes the volume by its area times its depth', async (how, sign) => {
    const p = params({ how, depthMm: 1.6 })
    const result = await marked(plate(), p)
    const area = section(p.lines, p.capHeightMm).area()
    expect(meshVolumeMm3(result) - meshVolumeMm3(plate())).toBeCloseTo(sign * area * 1.6, 1)
    expect(defectsOf(result)).toEqual(NO_DEFECTS)
    expect(meshBounds(result).max[2]).toBeCloseTo(sign > 0 ? 1.6 : 0, 4)
  })

  test('reads from left to right for who looks at the face', async () => {
    const { body } = await textMark(plate(), params({ lines: ['L'] }), IDLE_CONTEXT, MARK_TOOLS)
    // An L has its foot at the right below: nothing at the right above.
    const corner = (right: boolean, above: boolean) =>
      body.positions.some((x, n) => {
        if (n % 3 !== 0) return false
        const y = body.positions[n + 1] as number
        return (right ? x > 1 : x < -1) && (above ? y > 2 : y < -2)
      })
    expect([corner(false, true), corner(false, false), corner(true, false), corner(true, true)]).toEqual([
      true,
      true,
      true,
      false,
    ])
  })

  test('the same input gives the same bytes, and stays as it was', async () => {
    const mesh = plate()
    const before = [...mesh.positions, ...mesh.indices]
    expect(await marked(mesh, params({}))).toEqual(await marked(mesh, params({})))
    expect([...mesh.positions, ...mesh.indices]).toEqual(before)
  })
})

describe('text on a sphere', () => {
  const RADIUS = 40
  const sphere = sphereMesh(RADIUS, 60, [100, -50, 20])
  const normalLps: Vec3 = [0.6, -0.64, 0.48]
  const pointLps: Vec3 = [100 + RADIUS * 0.6, -50 - RADIUS * 0.64, 20 + RADIUS * 0.48]
  const place = { pointLps, normalLps, upLps: [0, 0, 1] as Vec3 }

  test.each([
    ['emboss', 1],
    ['engrave', -1],
  ] as const)('%s is as deep as asked for everywhere, within 0.05 mm', async (how, sign) => {
    const p = params({ how, place, lines: ['K3MQ L', '2/3 r4'] })
    const result = await marked(sphere, p)
    expect(defectsOf(result)).toEqual(NO_DEFECTS)
    expect(pieceCount(result)).toBe(1)
    const heightsAt = await heightsIn(result, frameAt(place))
    // Heights are taken along the plane's normal; on a sphere that is met by a point at so much from its centre.
    const depths = insideLetters(p.lines, p.capHeightMm).map(
      ([x, y]) => Math.hypot(x, y, (heightsAt(x, y)[0] ?? 0) + RADIUS) - RADIUS,
    )
    expect(depths.length).toBeGreaterThan(50)
    const errors = depths.map((depth) => Math.abs(depth - sign * p.depthMm))
    expect(Math.max(...errors)).toBeLessThan(0.05)
  })

  test('a reference that lies 0.4 mm lower takes the same body, rooted', async () => {
    const mark = await textMark(sphere, params({ place }), IDLE_CONTEXT, MARK_TOOLS)
    const lower = sphereMesh(RADIUS - 0.4, 60, [100, -50, 20])
    expect(pieceCount(await applyMark(lower, mark, IDLE_CONTEXT, loadManifold))).toBe(1)
    const far = sphereMesh(RADIUS - 3, 60, [100, -50, 20])
    await expect(applyMark(far, mark, IDLE_CONTEXT, loadManifold)).rejects.toMatchObject({ code: 'prepare/loose-mark' })
  })

  test('a ball too round for the text is refused, and the largest text that fits is told', async () => {
    const ball = sphereMesh(14, 48)
    const on = (capHeightMm: number) =>
      textMark(
        ball,
        params({ place: { ...TOP, pointLps: [0, 0, 14] }, capHeightMm, leastStrokeMm: 0.1, lines: ['7K3MQ L'] }),
        IDLE_CONTEXT,
        MARK_TOOLS,
      )
    const error = await on(7.5).catch((e) => e)
    expect(error).toMatchObject({ code: 'prepare/no-room', detail: { lack: expect.stringMatching(/tilt|off-part/) } })
    const { largestMm } = error.detail
    expect(largestMm).toBeGreaterThan(2)
    await expect(on(largestMm)).resolves.toMatchObject({ how: 'add' })
    await expect(on(largestMm + 0.3)).rejects.toMatchObject({ code: 'prepare/no-room' })
  })
})

describe('text is refused', () => {
  const failing = (mesh: Mesh, more: Partial<EmbossParams>) => expect(marked(mesh, params(more))).rejects

  test('on a face too small, with the largest height that fits', async () => {
    const width = section(['7K3MQ L'], 1).bounds().max[0] - section(['7K3MQ L'], 1).bounds().min[0]
    const fits = (width / 2 + 0.05) * 6 + 0.5
    await failing(plate(fits, 20), { capHeightMm: 7.5 }).toMatchObject({
      code: 'prepare/no-room',
      detail: { lack: 'off-part', largestMm: expect.closeTo(6, 0) },
    })
  })
  test('where a wall would get too thin', async () => {
    const more = { how: 'engrave', depthMm: 1.5, leastWallMm: 0.8 } as const
    await failing(plate(40, 20, 2.29), more).toMatchObject({ code: 'prepare/no-room', detail: { lack: 'thin' } })
    expect(defectsOf(await marked(plate(40, 20, 2.31), params(more)))).toEqual(NO_DEFECTS)
  })
  test('when it is shallower or thinner than the process prints', async () => {
    await failing(plate(), { depthMm: 1.4 }).toMatchObject({ code: 'app/bad-parameter', detail: { leastDepthMm: 1.5 } })
    const error = await marked(plate(), params({ capHeightMm: 4 })).catch((e) => e)
    expect(error).toMatchObject({ code: 'app/bad-parameter' })
    const { leastHeightMm } = error.detail
    expect(leastHeightMm).toBeGreaterThan(4)
    await marked(plate(), params({ capHeightMm: leastHeightMm }))
  })
  test('beside the part', async () => {
    await failing(plate(), { place: { ...TOP, pointLps: [0, 0, 30] } }).toMatchObject({ code: 'prepare/no-room' })
  })
  test('without a direction', async () => {
    await failing(plate(), { place: { ...TOP, normalLps: [0, 0, 0] } }).toMatchObject({ code: 'app/bad-parameter' })
  })
})
