import { describe, expect, test } from 'vitest'
import { IDLE_CONTEXT } from '../../../../src/core/stage.ts'
import type { Mesh, Vec3 } from '../../../../src/core/types.ts'
import { loadManifold } from '../../../../src/prepare/manifold.io.ts'
import type { Frame } from '../../../../src/prepare/marks/frame.ts'
import { LANDING_BLOCKS, type LandingParams, landingBlocks } from '../../../../src/prepare/marks/landing-blocks.ts'
import { applyMark } from '../../../../src/prepare/marks/mark.ts'
import { blockAt, blockFits } from '../../../../src/prepare/marks/standing-block.ts'
import type { LandingBlock } from '../../../../src/prepare/marks/ticket.ts'
import { pieceCount } from '../../../../src/prepare/pieces.ts'
import { withSolids } from '../../../../src/prepare/solid.ts'
import { defectsOf, NO_DEFECTS } from '../../../support/manifold.ts'
import { heightsIn } from '../../../support/mark-tools.ts'
import { boxMesh, sphereMesh } from '../../../support/meshes.ts'

const params = (more: Partial<LandingParams>): LandingParams => ({ ...LANDING_BLOCKS.defaults, ...more })
const land = (mesh: Mesh, more: Partial<LandingParams> = {}) =>
  landingBlocks(mesh, params(more), IDLE_CONTEXT, loadManifold)
const distance = (a: Vec3, b: Vec3) => Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2])

/** What a caliper reads on a block: between its two faces along one axis, beside the stalk. */
async function caliper(mesh: Mesh, block: LandingBlock, axis: 0 | 1 | 2): Promise<number> {
  const [x, y, z] = [block.axes[(axis + 1) % 3], block.axes[(axis + 2) % 3], block.axes[axis]] as [Vec3, Vec3, Vec3]
  const frame: Frame = { originLps: block.atLps, x, y, z }
  const heights = (await heightsIn(mesh, frame))(4.2, 4.3)
  const upper = Math.min(...heights.filter((h) => h > 0))
  const lower = Math.max(...heights.filter((h) => h < 0))
  return upper - lower
}

const BALL: Vec3 = [120, -80, 40]
const ball = sphereMesh(32, 40, BALL)
const TURNED: LandingParams['axes'] = [
  [0.8, 0.6, 0],
  [-0.6, 0.8, 0],
  [0, 0, 1],
] // prettier-ignore

describe('landing blocks', () => {
  test.each([
    ['three of 10 mm', {}],
    ['five of unlike edges', { count: 5, sizeMm: [10, 12, 14] }],
    ['along turned axes', { axes: TURNED }],
  ] as const)('%s stand on a ball, of their size on every axis within 0.01 mm', async (_, more) => {
    const { mark, blocks } = await land(ball, more)
    const result = await applyMark(ball, mark, IDLE_CONTEXT, loadManifold)
    expect(defectsOf(result)).toEqual(NO_DEFECTS)
    expect(pieceCount(result)).toBe(1)
    const wanted = params(more)
    expect(blocks.map(({ id }) => id)).toEqual(['A', 'B', 'C', 'D', 'E'].slice(0, wanted.count))
    for (const block of blocks) {
      expect(block.sizeMm).toEqual(wanted.sizeMm)
      for (const axis of [0, 1, 2] as const) {
        expect(Math.abs((await caliper(result, block, axis)) - block.sizeMm[axis])).toBeLessThan(0.01)
      }
    }
    for (const [n, a] of blocks.entries()) {
      for (const b of blocks.slice(n + 1)) expect(distance(a.atLps, b.atLps)).toBeGreaterThanOrEqual(25)
    }
  })

  test('a jaw of 4 mm goes between every block and the part', async () => {
    const { blocks } = await land(ball)
    for (const { atLps, sizeMm } of blocks) {
      // From the middle of the ball the nearest corner of the underside is nearer than its height.
      const away = atLps.map((v, n) => Math.abs(v - (BALL[n] as number)))
      const gaps = away.map((v, n) => v - (sizeMm[n] as number) / 2)
      expect(Math.max(...gaps)).toBeGreaterThanOrEqual(32 + 4 - 0.1)
    }
  })

  test('the same part gives the same blocks, in whatever order its triangles come', async () => {
    const box = boxMesh([0, 0, 0], [60, 40, 30])
    const { blocks } = await land(box)
    const triangles = Array.from({ length: 12 }, (_, t) => [...box.indices.subarray(3 * t, 3 * t + 3)])
    const turned = { positions: box.positions, indices: new Uint32Array(triangles.reverse().flat()) }
    expect((await land(turned)).blocks).toEqual(blocks)
    expect(await land(box)).toEqual(await land(box))
  })

  test('they stand on the thick part and not on the thin one', async () => {
    // A wide slab of 4 mm beside a cube that alone is thick enough.
    const slab = boxMesh([0, 0, 0], [200, 80, 4])
    const cube = boxMesh([199, 0, 0], [240, 40, 40])
    const part = await applyMark(slab, { how: 'add', body: cube }, IDLE_CONTEXT, loadManifold)
    const { blocks } = await land(part)
    // Less the stalk and half a block where one stands on the side over the slab.
    for (const { atLps } of blocks) expect(atLps[0]).toBeGreaterThanOrEqual(199 - 9)
    await expect(land(slab)).rejects.toMatchObject({ code: 'prepare/no-sturdy-place', detail: { found: 0 } })
  })

  test('none comes into a keep-out', async () => {
    const free = await land(ball)
    const keepOuts = free.blocks.slice(0, 2).map(({ atLps }) => ({ centreLps: atLps, radiusMm: 8 }))
    const { blocks } = await land(ball, { keepOuts })
    for (const { atLps } of blocks) {
      for (const { centreLps } of keepOuts)
        expect(distance(atLps, centreLps)).toBeGreaterThanOrEqual(8 + Math.sqrt(300) / 2)
    }
  })

  test('are refused where the part is thin everywhere, and where there is room for some', async () => {
    await expect(land(boxMesh([0, 0, 0], [5.9, 5.9, 5.9]))).rejects.toMatchObject({
      code: 'prepare/no-sturdy-place',
      detail: { found: 0, asked: 3 },
    })
    await expect(land(ball, { count: 20 })).rejects.toMatchObject({
      code: 'prepare/no-sturdy-place',
      detail: { asked: 20 },
    })
  })

  test('a spike that no ray meets is seen by the solid', async () => {
    const spike = sphereMesh(0.2, 8, [0.4, 0.4, 0])
    const tall = { ...spike, positions: spike.positions.map((v, n) => (n % 3 === 2 ? v * 120 : v)) }
    const part = boxMesh([-30, -30, -30], [30, 30, 0])
    const spiked = await applyMark(part, { how: 'add', body: tall }, IDLE_CONTEXT, loadManifold)
    const stands = (mesh: Mesh) =>
      withSolids(loadManifold, (solids) => {
        const solid = solids.of(mesh)
        const block = blockAt(solid, { at: [0, 0, 0], axis: 2, sign: 1 }, LANDING_BLOCKS.defaults)
        return [block !== null, block !== null && blockFits(solid, block, solids)]
      })
    expect([await stands(part), await stands(spiked)]).toEqual([
      [true, true],
      [true, false],
    ]) // prettier-ignore
  })

  test.each([
    [
      'axes that are not square',
      {
        axes: [
          [1, 0, 0],
          [0.1, 1, 0],
          [0, 0, 1],
        ],
      },
    ],
    ['blocks that cannot be gripped', { sizeMm: [10, 10, 8] }],
    ['no block', { count: 0 }],
    ['a root through the part', { rootMm: 6 }],
  ] as const)('%s is a bad parameter', async (_, more) => {
    await expect(land(ball, more)).rejects.toMatchObject({ code: 'app/bad-parameter' })
  })
})
