import {
  BarcodeFormat,
  BinaryBitmap,
  DecodeHintType,
  GlobalHistogramBinarizer,
  QRCodeReader,
  RGBLuminanceSource,
} from '@zxing/library'
import { describe, expect, test } from 'vitest'
import { meshBounds } from '../../../../src/core/mesh.ts'
import { IDLE_CONTEXT } from '../../../../src/core/stage.ts'
import type { Mesh } from '../../../../src/core/types.ts'
import { loadManifold } from '../../../../src/prepare/manifold.io.ts'
import { CODE, type CodeParams, codeMark } from '../../../../src/prepare/marks/code.ts'
import { frameAt, type PickedPlace } from '../../../../src/prepare/marks/frame.ts'
import { applyMark } from '../../../../src/prepare/marks/mark.ts'
import { pieceCount } from '../../../../src/prepare/pieces.ts'
import { defectsOf, NO_DEFECTS } from '../../../support/manifold.ts'
import { heightsIn } from '../../../support/mark-tools.ts'
import { boxMesh, sphereMesh } from '../../../support/meshes.ts'

const TOP: PickedPlace = { pointLps: [0, 0, 0], normalLps: [0, 0, 1], upLps: [0, 1, 0] }
const TEXT = '7K3MQ-2XA9B'
const params = (more: Partial<CodeParams>): CodeParams => ({ ...CODE.defaults, place: TOP, text: TEXT, ...more })
const plate = boxMesh([-25, -25, -10], [25, 25, 0])
const marked = async (mesh: Mesh, p: CodeParams) =>
  applyMark(mesh, await codeMark(mesh, p, IDLE_CONTEXT, loadManifold), IDLE_CONTEXT, loadManifold)

const PIXELS = 29 * 3

/** The part as seen from above the place: one byte a pixel, its highest or lowest quarter dark. */
async function seen(mesh: Mesh, place: PickedPlace, moduleMm: number, dark: 'high' | 'low') {
  const heightsAt = await heightsIn(mesh, frameAt(place))
  const heights = Array.from({ length: PIXELS * PIXELS }, (_, n) => {
    const x = ((n % PIXELS) + 0.5) * (moduleMm / 3) - (29 * moduleMm) / 2
    const y = (29 * moduleMm) / 2 - (Math.floor(n / PIXELS) + 0.5) * (moduleMm / 3)
    return heightsAt(x, y)[0] ?? -100
  })
  const middle = (Math.max(...heights) + Math.min(...heights)) / 2
  return Uint8ClampedArray.from(heights, (h) => (h > middle === (dark === 'high') ? 0 : 255))
}

/** The text, where the pattern of three finders is upright: the reader takes mirrored and turned codes as well. */
function read(pixels: Uint8ClampedArray): string {
  const bitmap = new BinaryBitmap(new GlobalHistogramBinarizer(new RGBLuminanceSource(pixels, PIXELS, PIXELS)))
  const hints = new Map<DecodeHintType, unknown>([[DecodeHintType.POSSIBLE_FORMATS, [BarcodeFormat.QR_CODE]]])
  const result = new QRCodeReader().decode(bitmap, hints)
  const isRightOrLow = result
    .getResultPoints()
    .slice(0, 3)
    .map((p) => [p.getX() > PIXELS / 2, p.getY() > PIXELS / 2]) // prettier-ignore
  const [belowLeft, aboveLeft, aboveRight] = [
    [false, true],
    [false, false],
    [true, false],
  ] // prettier-ignore
  expect(isRightOrLow).toEqual([belowLeft, aboveLeft, aboveRight])
  return result.getText()
}

describe('a code on a part', () => {
  test.each(['raised', 'sunk'] as const)('%s modules are read back by an independent reader', async (modules) => {
    const result = await marked(plate, params({ modules }))
    expect(defectsOf(result)).toEqual(NO_DEFECTS)
    expect(pieceCount(result)).toBe(1)
    const pixels = await seen(result, TOP, 1, modules === 'raised' ? 'high' : 'low')
    expect(read(pixels)).toBe(TEXT)
    expect(() => read(pixels.map((v) => 255 - v))).toThrow()
    const top = meshBounds(result).max[2]
    expect(top).toBeCloseTo(CODE.defaults.plateMm + (modules === 'raised' ? CODE.defaults.depthMm : 0), 4)
  })

  test('on a ball it is flat, rooted and readable', async () => {
    const place: PickedPlace = { pointLps: [0, -60, 0], normalLps: [0, -1, 0], upLps: [0, 0, 1] }
    const result = await marked(sphereMesh(60, 32), params({ place, moduleMm: 1.2 }))
    expect(defectsOf(result)).toEqual(NO_DEFECTS)
    expect(pieceCount(result)).toBe(1)
    expect(read(await seen(result, place, 1.2, 'high'))).toBe(TEXT)
  })

  test('the plate leaves four light modules on every side', async () => {
    const mark = await codeMark(plate, params({ moduleMm: 1 }), IDLE_CONTEXT, loadManifold)
    const { min, max } = meshBounds(mark.body)
    expect([max[0] - min[0], max[1] - min[1]]).toEqual([29, 29])
    const heightsAt = await heightsIn(mark.body, frameAt(TOP))
    // The finder's corner stands at the edge of the symbol, 10.5 modules from the middle.
    expect(heightsAt(-10.6, 10)[0]).toBeCloseTo(1.5, 4)
    expect(heightsAt(-10.4, 10)[0]).toBeCloseTo(2.3, 4)
  })

  test('is refused below the feature of the process, at it not', async () => {
    const at = (moduleMm: number) =>
      codeMark(plate, params({ moduleMm, leastFeatureMm: 1 }), IDLE_CONTEXT, loadManifold)
    await expect(at(0.99)).rejects.toMatchObject({ code: 'app/bad-parameter', detail: { leastFeatureMm: 1 } })
    await expect(at(1)).resolves.toMatchObject({ how: 'add' })
  })

  test('is refused on a small face, with the largest module that fits', async () => {
    const at = (moduleMm: number) => codeMark(plate, params({ moduleMm }), IDLE_CONTEXT, loadManifold)
    const error = await at(2).catch((e) => e)
    expect(error).toMatchObject({ code: 'prepare/no-room', detail: { lack: 'off-part' } })
    expect(error.detail.largestMm).toBeCloseTo(1.6, 5)
    await expect(at(1.6)).resolves.toMatchObject({ how: 'add' })
  })

  test('needs a text and a plate thicker than what is sunk', async () => {
    await expect(marked(plate, params({ text: '' }))).rejects.toMatchObject({ code: 'app/bad-parameter' })
    const deep = params({ modules: 'sunk', depthMm: 1.5, plateMm: 1.5 })
    await expect(marked(plate, deep)).rejects.toMatchObject({ code: 'app/bad-parameter' })
  })
})
