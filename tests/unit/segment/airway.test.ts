import { describe, expect, test } from 'vitest'
import { countVoxels, hasVoxel } from '../../../src/core/mask.ts'
import { IDLE_CONTEXT } from '../../../src/core/stage.ts'
import type { Grid, Mask, Volume } from '../../../src/core/types.ts'
import { AIRWAY, airway } from '../../../src/segment/airway.ts'
import { bodyOf, wholeBody } from '../../../src/segment/body.ts'
import { LUNG, lung } from '../../../src/segment/lung.ts'
import { gridOf, volumeOf } from '../../support/phantoms.ts'

const AIR = -1000
const TISSUE = 40
const PARENCHYMA = -820
const GRID = gridOf([90, 70, 50], [2, 2, 2])

type Rule = (x: number, y: number, z: number) => number | null
const inTube: Rule = (x, y) => (Math.hypot(x - 90, y - 70) <= 9 ? AIR : null)
const inBody: Rule = (x, y) => (((x - 90) / 80) ** 2 + ((y - 70) / 55) ** 2 <= 1 ? TISSUE : null)
/** A plate under the patient, a blanket's fold beside it. */
const inTable: Rule = (_x, y) => (y >= 132 && y <= 134 ? TISSUE : null)
const inLungs: Rule = (x, y, z) =>
  z < 90 && [50, 130].some((cx) => ((x - cx) / 24) ** 2 + ((y - 70) / 30) ** 2 <= 1) ? PARENCHYMA : null
const inBowel: Rule = (x, y, z) => (Math.hypot(x - 90, y - 100, z - 20) <= 14 ? AIR : null)

/** The first rule that says something; air where none does. */
const scanOf = (...rules: Rule[]): Volume =>
  volumeOf(GRID, (i, j, k) => rules.map((rule) => rule(i * 2, j * 2, k * 2)).find((hu) => hu !== null) ?? AIR)

/** Voxels set where the rule says nothing, and clear where it says something. */
function wrong(mask: Mask, grid: Grid, ...rules: Rule[]): { extra: number; missing: number } {
  let [extra, missing] = [0, 0]
  for (let k = 0; k < grid.size[2]; k++)
    for (let j = 0; j < grid.size[1]; j++)
      for (let i = 0; i < grid.size[0]; i++) {
        const wanted = rules.some((rule) => rule(i * 2, j * 2, k * 2) !== null)
        const is = hasVoxel(mask, i, j, k)
        if (is && !wanted) extra++
        if (!is && wanted) missing++
      }
  return { extra, missing }
}

describe('the body', () => {
  test('is the patient without the table, and its hollows belong to the whole of it', async () => {
    const scan = scanOf(inTube, inBody, inTable)
    const body = await bodyOf(scan, IDLE_CONTEXT)
    expect(hasVoxel(body, 45, 10, 25)).toBe(true)
    expect(hasVoxel(body, 5, 66, 25)).toBe(false)
    expect(hasVoxel(body, 45, 35, 25)).toBe(false)
    const whole = await wholeBody(scan, body, 0, IDLE_CONTEXT)
    expect(hasVoxel(whole, 45, 35, 25)).toBe(true)
    expect(hasVoxel(whole, 2, 2, 25)).toBe(false)
  })
  test('a scan of air alone has none', async () => {
    await expect(bodyOf(scanOf(), IDLE_CONTEXT)).rejects.toMatchObject({ code: 'segment/empty' })
  })
})

describe('the airway', () => {
  test('of a neck is its tube and nothing of the air outside', async () => {
    const found = await airway(scanOf(inTube, inBody, inTable), AIRWAY.defaults, IDLE_CONTEXT)
    expect(wrong(found, GRID, inTube)).toEqual({ extra: 0, missing: 0 })
  })
  test('ends at an opening narrower than the seal', async () => {
    const opening: Rule = (x, y, z) => (Math.abs(x - 90) <= 4 && y < 70 && Math.abs(z - 50) <= 4 ? AIR : null)
    const found = await airway(scanOf(inTube, opening, inBody), AIRWAY.defaults, IDLE_CONTEXT)
    // Its floor is the tube; it reaches into the opening as far as the skin, give or take the seal.
    expect(wrong(found, GRID, inTube).missing).toBe(0)
    expect(hasVoxel(found, 45, 15, 25)).toBe(true)
    expect(hasVoxel(found, 45, 2, 25)).toBe(false)
    const open = await airway(scanOf(inTube, opening, inBody), { ...AIRWAY.defaults, sealMm: 0 }, IDLE_CONTEXT).catch(
      () => null,
    )
    expect(open).toBeNull()
  })
  test('does not burst into the lung through a gap in its wall', async () => {
    const gap: Rule = (x, y, z) => (y === 70 && x > 90 && x < 130 && z === 40 ? PARENCHYMA : null)
    const found = await airway(scanOf(inTube, gap, inLungs, inBody), AIRWAY.defaults, IDLE_CONTEXT)
    const tube = wrong(found, GRID, inTube)
    expect(tube.missing).toBe(0)
    expect(tube.extra).toBeLessThan(countVoxels(found) * 0.01)
  })
  test('is refused by name where there is none', async () => {
    await expect(airway(scanOf(inBody), AIRWAY.defaults, IDLE_CONTEXT)).rejects.toMatchObject({ code: 'segment/empty' })
  })
  test.each([{ sealMm: -1 }, { sealMm: Number.NaN }, { highHu: -200 }, { highHu: -1200 }])(
    'refuses %j before it looks',
    async (wish) => {
      const asked = airway(scanOf(inTube, inBody), { ...AIRWAY.defaults, ...wish }, IDLE_CONTEXT)
      await expect(asked).rejects.toMatchObject({ code: 'app/bad-parameter' })
    },
  )
  test('can be cancelled', async () => {
    const stopped = { signal: AbortSignal.abort(), progress: () => {} }
    await expect(airway(scanOf(inTube, inBody), AIRWAY.defaults, stopped)).rejects.toThrow(/abort/i)
  })
})

describe('the lungs', () => {
  test('are both of them, without windpipe, bowel gas or the air outside', async () => {
    const found = await lung(
      scanOf(inTube, inLungs, inBowel, inBody, inTable),
      { ...LUNG.defaults, minMm3: 1000 },
      IDLE_CONTEXT,
    )
    expect(wrong(found, GRID, inLungs)).toEqual({ extra: 0, missing: 0 })
  })
  test('are refused by name on a scan of the bowel', async () => {
    const asked = lung(scanOf(inBowel, inBody), { ...LUNG.defaults, minMm3: 1000 }, IDLE_CONTEXT)
    await expect(asked).rejects.toMatchObject({ code: 'segment/empty' })
  })
  test('refuse a least volume below 0', async () => {
    const asked = lung(scanOf(inLungs, inBody), { ...LUNG.defaults, minMm3: -1 }, IDLE_CONTEXT)
    await expect(asked).rejects.toMatchObject({ code: 'app/bad-parameter' })
  })
})
