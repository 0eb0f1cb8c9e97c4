import { expect, test } from 'vitest'
import { digestOf } from '../../src/app/label-steps.ts'
import { digestMask } from '../../src/core/hash.ts'
import { emptyMask } from '../../src/core/mask.ts'
import { IDLE_CONTEXT } from '../../src/core/stage.ts'
import type { Mask, Vec3 } from '../../src/core/types.ts'
import { betweenSlices } from '../../src/segment/between-slices.ts'
import { FILL_HOLES, fillHoles } from '../../src/segment/fill-holes.ts'
import { type GrowAtClickParams, growAtClick } from '../../src/segment/grow-at-click.ts'
import { GROW_FROM_SEEDS } from '../../src/segment/grow-from-seeds.ts'
import { hollowMask } from '../../src/segment/hollow-mask.ts'
import { ISLANDS, islands, splitIslands } from '../../src/segment/islands.ts'
import { combine, complement } from '../../src/segment/logic.ts'
import { margin } from '../../src/segment/margin.ts'
import { morphology } from '../../src/segment/morphology.ts'
import { REMOVE_TABLE, removeTable } from '../../src/segment/remove-table.ts'
import { growLayers } from '../../src/segment/seed-layers.ts'
import { smoothMasksJointly } from '../../src/segment/smooth-joint.ts'
import { smoothMask } from '../../src/segment/smooth-mask.ts'
import { threshold } from '../../src/segment/threshold.ts'
import { ANATOMY_NAME, SEGMENT } from '../../src/ui/segment.en.ts'
import { SHELL } from '../../src/ui/shell.en.ts'
import { gridOf, volumeOf } from '../support/phantoms.ts'
import { cancelNext, segmentPage, settled, type TraceRow, traceRows } from '../support/segment-page.ts'

// A journey for each tool that makes masks of masks: what the trace says came out must be the digest of what the pure
// function makes of the same phantom here, and undo, redo, a locked label and a cancel must leave what they should.

const SPACING: Vec3 = [1, 1.25, 1.5]
const GRID = gridOf([64, 56, 40], SPACING, { origin: [-30, -20, 5] })
const BONE_HU = 700
const near = (at: Vec3, centre: Vec3, mm: number) =>
  Math.hypot(...at.map((n, a) => (n - (centre[a] ?? 0)) * (SPACING[a] ?? 1))) <= mm
/** A body on a table, in it a hollow ball, a smaller one and a speck of bone, and noise. */
const VOLUME = volumeOf(GRID, (i, j, k) => {
  const at: Vec3 = [i, j, k]
  const noise = (i * 7 + j * 13 + k * 5) % 30
  if (near(at, [22, 24, 20], 4)) return 40 + noise
  if (near(at, [22, 24, 20], 11) || near(at, [44, 24, 20], 7) || near(at, [46, 10, 12], 2)) return BONE_HU + noise
  if (i >= 4 && i < 60 && j >= 4 && j < 40) return 40 + noise
  return j >= 50 && j < 52 ? 300 : -1000
})
const RANGE = { lowHu: 226, highHu: 32_767 }
const MARKED = threshold(VOLUME, RANGE, IDLE_CONTEXT)

const open = segmentPage(VOLUME)

const BONE = ANATOMY_NAME.bone
const button = (name: string) => open.page.getByRole('button', { name, exact: true })
const chooseTool = (name: keyof typeof SEGMENT.tool) => button(SEGMENT.tool[name]).click()
const press = async (name: string) => {
  await button(name).click()
  await settled(open.page)
}
const field = (name: string) => open.page.getByRole('spinbutton', { name: new RegExp(`^${name}`) }).first()
async function type(name: string, value: number): Promise<void> {
  await field(name).fill(String(value))
  await field(name).press('Enter')
}
const byName = (way: 'Undo' | 'Redo') => open.page.getByRole('button', { name: new RegExp(`^${way}`) })
async function step(way: 'Undo' | 'Redo'): Promise<void> {
  await byName(way).click()
  await settled(open.page)
}

/** Marks from a value on in the active label; without any label one is made. */
async function mark(lowHu: number): Promise<void> {
  await chooseTool('threshold')
  await type(SEGMENT.from, lowHu)
  await press(SEGMENT.apply)
}

async function add(anatomy: string): Promise<void> {
  await button(SEGMENT.addLabel).click()
  await open.page.getByLabel(SEGMENT.structure).selectOption({ label: anatomy })
  await press(SEGMENT.add)
}
const choose = (name: string) => open.page.locator('li[data-label] .name').filter({ hasText: name }).click()

const written = (rows: readonly TraceRow[]) =>
  rows.filter(({ stage }) => stage === 'place' || stage === 'restore').map(({ outputDigest }) => outputDigest)
const digests = (...masks: readonly Mask[]) => Promise.all(masks.map((mask) => digestMask(mask)))

/** An edit of the label that is marked: its result, undone and redone, refused when locked, cancelled without a trace. */
async function journey(act: () => Promise<void>, before: Mask, after: Mask, name = BONE): Promise<void> {
  const start = written(await traceRows(open.page))
  await act()
  await step('Undo')
  await step('Redo')
  await step('Undo')
  await button(SEGMENT.lock(name)).click()
  await settled(open.page)
  await act()
  await open.page.locator('[role=alert][data-code="segment/locked"]').waitFor()
  await button(SHELL.dismiss).click()
  await button(SEGMENT.unlock(name)).click()
  await settled(open.page)
  const rows = await traceRows(open.page)
  expect(written(rows).slice(start.length)).toEqual(await digests(after, before, after, before))
  await cancelNext(open.page)
  await act()
  expect(await traceRows(open.page)).toEqual(rows)
  await open.page.locator('[role=alert]').waitFor({ state: 'detached' })
}

const IJK: Readonly<Record<string, Vec3>> = { ball: [44, 24, 20], hollow: [22, 18, 20], body: [12, 34, 20] }
/** Clicks a voxel of the axial slice that is shown. */
async function click([i, j]: Vec3): Promise<void> {
  const box = await open.page.locator('[data-pane=axial]').boundingBox()
  if (!box) throw new Error('no axial pane')
  const [w, h] = [GRID.size[0] * SPACING[0], GRID.size[1] * SPACING[1]]
  const perMm = 0.96 * Math.min(box.width / w, box.height / h)
  const x = box.x + box.width / 2 + ((i + 0.5) * SPACING[0] - w / 2) * perMm
  const y = box.y + box.height / 2 + ((j + 0.5) * SPACING[1] - h / 2) * perMm
  await open.page.mouse.click(x, y)
}
const grownBy = (row: TraceRow | undefined) =>
  growAtClick(VOLUME, row?.params as unknown as GrowAtClickParams, IDLE_CONTEXT)
const rowsOf = (rows: readonly TraceRow[], stage: string) => rows.filter((row) => row.stage === stage)

test('margin, opening, closing and hollowing', async () => {
  await mark(RANGE.lowHu)
  await chooseTool('margin')
  const shrink = async () => {
    await type(SEGMENT.distance, -1.5)
    await press(SEGMENT.grow(-1.5))
  }
  await journey(shrink, MARKED, await margin(MARKED, { distanceMm: -1.5 }, IDLE_CONTEXT))
  for (const op of ['open', 'close'] as const) {
    const act = async () => {
      await type(SEGMENT.radius, 2.5)
      await press(SEGMENT[op])
    }
    await journey(act, MARKED, await morphology(MARKED, { op, radiusMm: 2.5 }, IDLE_CONTEXT))
  }
  for (const side of ['inside', 'both', 'outside'] as const) {
    const act = async () => {
      await button(SEGMENT.hollowSides[side]).click()
      await press(SEGMENT.hollowAct)
    }
    await journey(act, MARKED, await hollowMask(MARKED, { thicknessMm: 2, side }, IDLE_CONTEXT))
  }
  await button(SEGMENT.hollowSides.inside).click()
  await type(SEGMENT.wall, 30)
  await press(SEGMENT.hollowAct)
  expect(await open.page.locator('[role=alert][data-code="segment/empty"]').innerText()).toContain('thinner wall')
})

test('a tool keeps its numbers, undo of a copy goes back to the label before, and the live range shows what would be written', async () => {
  await mark(RANGE.lowHu)
  await chooseTool('margin')
  await type(SEGMENT.distance, -1.5)
  await chooseTool('holes')
  await chooseTool('margin')
  expect(await field(SEGMENT.distance).inputValue()).toMatch(/^.1\.5$/)

  const active = () => open.page.locator('li.active[data-label]').getAttribute('data-label')
  await chooseTool('logic')
  await press(SEGMENT.copyToNew)
  await open.page.locator('li[data-label] .name').first().click()
  await press(SEGMENT.copyToNew)
  expect(await active()).toBe('3')
  await step('Undo')
  expect(await active()).toBe('1')
  await step('Redo')
  expect(await active()).toBe('3')
  await step('Undo')

  const shown = open.page.locator('[data-pane=part] .tr, .slot.part .tr').first()
  const marked = await open.page.locator('li.active .v').innerText()
  await chooseTool('threshold')
  await type(SEGMENT.from, -500)
  await expect.poll(() => shown.innerText()).not.toBe(marked)
  await open.page.getByText(SEGMENT.rules, { exact: true }).click()
  await type(SEGMENT.from, RANGE.lowHu)
  await open.page.getByLabel(SEGMENT.rangeOnly).check()
  await type(SEGMENT.from, -500)
  await expect.poll(() => shown.innerText()).toBe(marked)
  await open.page.getByLabel(SEGMENT.rangeOnly).uncheck()
  await expect.poll(() => shown.innerText()).not.toBe(marked)
  await button(SEGMENT.othersAre.spare).click()
  await chooseTool('logic')
  await open.page.getByText(SEGMENT.noRules).waitFor()
  await chooseTool('islands')
  await open.page.getByText(SEGMENT.splitNoRules).waitFor()
})

test('holes, and islands that are kept, removed and dropped', async () => {
  await mark(RANGE.lowHu)
  await chooseTool('holes')
  await journey(() => press(SEGMENT.holesVolume), MARKED, fillHoles(MARKED, FILL_HOLES.defaults, IDLE_CONTEXT))
  await click(IJK.ball as Vec3)
  await chooseTool('islands')
  const seedLps: Vec3 = [-30 + 44, -20 + 24 * 1.25, 5 + 20 * 1.5]
  const kept = (keep: 'largest' | 'clicked' | 'not-clicked') =>
    islands(MARKED, { ...ISLANDS.defaults, keep, seedLps }, IDLE_CONTEXT)
  await journey(() => press(SEGMENT.keepLargest), MARKED, kept('largest'))
  await journey(() => press(SEGMENT.keepClicked), MARKED, kept('clicked'))
  await journey(() => press(SEGMENT.removeClicked), MARKED, kept('not-clicked'))
})

test('each piece becomes a label of its own, at most so many, and undo puts all of them together again', async () => {
  await mark(RANGE.lowHu)
  await chooseTool('islands')
  await type(SEGMENT.splitMost, 3)
  await cancelNext(open.page)
  await press(SEGMENT.splitAct)
  expect(await open.page.locator('li[data-label]').count()).toBe(1)
  await press(SEGMENT.splitAct)
  expect(await open.page.locator('li[data-label]').count()).toBe(3)
  const pieces = splitIslands(MARKED, { most: 3, minMm3: 100 }, IDLE_CONTEXT)
  expect(pieces).toHaveLength(3)
  await step('Undo')
  expect(await open.page.locator('li[data-label]').count()).toBe(1)
  await step('Redo')
  const [, apart, together, again] = written(await traceRows(open.page))
  expect([apart, together, again]).toEqual([await digestOf(pieces), await digestMask(MARKED), await digestOf(pieces)])
  await step('Undo')
  await button(SEGMENT.lock(BONE)).click()
  await settled(open.page)
  await press(SEGMENT.splitAct)
  await open.page.locator('[role=alert][data-code="segment/locked"]').waitFor()
})

test('growing at a click: a live picture, added or in place of the label', async () => {
  await mark(680)
  const held = threshold(VOLUME, { ...RANGE, lowHu: 680 }, IDLE_CONTEXT)
  await chooseTool('grow')
  expect(await button(SEGMENT.growAct).isDisabled()).toBe(true)
  await click(IJK.body as Vec3)
  const shown = open.page.locator('[data-pane=part] .tr, .slot.part .tr').first()
  await expect.poll(() => shown.innerText()).not.toBe(await open.page.locator('li.active .v').innerText())
  const wide = await shown.innerText()
  await type(SEGMENT.growReach, 9)
  await expect.poll(() => shown.innerText()).not.toBe(wide)
  const act = async (way: string) => {
    await type(SEGMENT.growReach, 9)
    await button(way).click()
    await press(SEGMENT.growAct)
  }
  await act(SEGMENT.addTo)
  const grown = grownBy(rowsOf(await traceRows(open.page), 'grow-at-click')[0])
  await step('Undo')
  await journey(() => act(SEGMENT.addTo), held, combine(held, grown, 'union'))
  await journey(() => act(SEGMENT.replace), held, grown)
  await button(SEGMENT.ownRange).click()
  await type(SEGMENT.from, 2000)
  await open.page.getByText('not between the limits').waitFor()
  expect(await button(SEGMENT.growAct).isDisabled()).toBe(true)
})

test('filling between painted slices, along the axis that was painted, and no gap is refused by name', async () => {
  await chooseTool('grow')
  // Reaches along both axes of the slice, and not to the next one.
  await type(SEGMENT.growReach, 1.4)
  await click(IJK.hollow as Vec3)
  await press(SEGMENT.growAct)
  await chooseTool('between')
  await press(SEGMENT.betweenAct)
  await open.page.locator('[role=alert][data-code="segment/no-gap"]').waitFor()
  await button(SHELL.dismiss).click()
  await chooseTool('grow')
  await type(SEGMENT.growReach, 1.4)
  await open.page.locator('[data-pane=axial]').focus()
  for (let n = 0; n < 3; n++) await open.page.keyboard.press('ArrowUp')
  await click(IJK.hollow as Vec3)
  await press(SEGMENT.growAct)
  const [lower, upper] = rowsOf(await traceRows(open.page), 'grow-at-click').map(grownBy) as [Mask, Mask]
  const drawn = combine(lower, upper, 'union')
  await chooseTool('between')
  await journey(() => press(SEGMENT.betweenAct), drawn, await betweenSlices(drawn, { axis: 2 }, IDLE_CONTEXT))
})

test('logic of two labels, copies, inverting and clearing', async () => {
  await mark(RANGE.lowHu)
  await add(ANATOMY_NAME.skin)
  await mark(-500)
  const skin = threshold(VOLUME, { ...RANGE, lowHu: -500 }, IDLE_CONTEXT)
  await choose(BONE)
  await chooseTool('margin')
  await type(SEGMENT.distance, 2)
  await press(SEGMENT.grow(2))
  const own = await margin(MARKED, { distanceMm: 2 }, IDLE_CONTEXT)
  await chooseTool('logic')
  for (const op of ['union', 'subtract', 'intersect', 'xor'] as const) {
    await journey(() => press(SEGMENT.combine[op]), own, combine(own, skin, op))
  }
  await journey(() => press(SEGMENT.invert), own, complement(own))
  await journey(() => press(SEGMENT.clear), own, emptyMask(GRID))

  const before = written(await traceRows(open.page)).length
  await press(SEGMENT.copyTo(ANATOMY_NAME.skin))
  await step('Undo')
  await press(SEGMENT.copyToNew)
  expect(await open.page.locator('li[data-label]').count()).toBe(3)
  await step('Undo')
  expect(written(await traceRows(open.page)).slice(before, before + 3)).toEqual(await digests(own, skin, own))
  await choose(BONE)
  await button(SEGMENT.lock(ANATOMY_NAME.skin)).click()
  await settled(open.page)
  await press(SEGMENT.copyTo(ANATOMY_NAME.skin))
  await open.page.locator('[role=alert][data-code="segment/locked"]').waitFor()
})

const sameWords = (a: Mask | undefined, b: Mask) => b.words.every((word, at) => word === a?.words[at])

test('smoothing of one label by both methods, and of all that are not locked together', async () => {
  await mark(RANGE.lowHu)
  await chooseTool('smooth')
  const how = { radiusMm: 2, sigmaMm: 1 }
  await journey(
    () => press(SEGMENT.smoothAct),
    MARKED,
    await smoothMask(MARKED, { ...how, method: 'median' }, IDLE_CONTEXT),
  )
  const blur = async () => {
    await button(SEGMENT.gaussian).click()
    await press(SEGMENT.smoothAct)
  }
  await journey(blur, MARKED, await smoothMask(MARKED, { ...how, method: 'gaussian' }, IDLE_CONTEXT))
  await add(ANATOMY_NAME.skin)
  await mark(-500)
  const skin = threshold(VOLUME, { ...RANGE, lowHu: -500 }, IDLE_CONTEXT)
  await chooseTool('smooth')
  await button(SEGMENT.gaussian).click()
  await press(SEGMENT.smoothAll)
  await step('Undo')
  const rows = written(await traceRows(open.page)).slice(-2)
  const smooth = await smoothMasksJointly([MARKED, skin], { sigmaMm: 1 }, IDLE_CONTEXT)
  // The skin comes out as it was, and what does not change is not written.
  expect(sameWords(smooth[1], skin)).toBe(true)
  expect(rows).toEqual([await digestOf(smooth.slice(0, 1)), await digestOf([MARKED])])
})

test('removing the table, and the whole patient where nothing is marked', async () => {
  await mark(RANGE.lowHu)
  await chooseTool('table')
  await journey(
    () => press(SEGMENT.tableAct),
    MARKED,
    await removeTable(VOLUME, MARKED, REMOVE_TABLE.defaults, IDLE_CONTEXT),
  )
})

test('seeds grow live while more is painted, are discarded, and are written all at once', async () => {
  await chooseTool('grow')
  await type(SEGMENT.growReach, 3)
  await click(IJK.hollow as Vec3)
  await press(SEGMENT.growAct)
  await chooseTool('seeds')
  expect(await button(SEGMENT.seedsShow).isDisabled()).toBe(true)
  await press(SEGMENT.addBackground)
  await chooseTool('grow')
  await type(SEGMENT.growReach, 3)
  await click(IJK.body as Vec3)
  await press(SEGMENT.growAct)
  await chooseTool('seeds')
  await type(SEGMENT.seedsMargin, 100)
  await button(SEGMENT.seedsShow).click()
  const apply = button(SEGMENT.seedsApply)
  const picture = () => open.page.locator('[data-pane=axial]').screenshot()
  await expect.poll(() => apply.isEnabled()).toBe(true)
  await open.page.waitForTimeout(300)
  const first = await picture()

  await chooseTool('grow')
  await type(SEGMENT.growReach, 3)
  await choose(BONE)
  await click(IJK.ball as Vec3)
  await press(SEGMENT.growAct)
  await chooseTool('seeds')
  await expect.poll(async () => (await picture()).equals(first)).toBe(false)
  const rows = await traceRows(open.page)
  await button(SEGMENT.seedsDiscard).click()
  expect(await traceRows(open.page)).toEqual(rows)

  const [a, b, c] = rowsOf(rows, 'grow-at-click').map(grownBy) as [Mask, Mask, Mask]
  const seeds = [combine(a, c, 'union'), b]
  const layers = seeds.map((mask, n) => ({ label: n + 1, mask }))
  await button(SEGMENT.seedsShow).click()
  await expect.poll(() => apply.isEnabled()).toBe(true)
  await cancelNext(open.page)
  await press(SEGMENT.seedsApply)
  expect(written(await traceRows(open.page))).toEqual(written(rows))
  await expect.poll(() => apply.isEnabled()).toBe(true)
  await press(SEGMENT.seedsApply)
  await step('Undo')
  await step('Redo')
  const params = { ...GROW_FROM_SEEDS.defaults, marginFraction: 1 }
  const { masks } = await growLayers(VOLUME, { layers, allowed: null }, params, IDLE_CONTEXT)
  const [grown, back] = [await digestOf(masks), await digestOf(seeds)]
  expect(written(await traceRows(open.page)).slice(written(rows).length)).toEqual([grown, back, grown])
})
