import type { Locator } from 'playwright-core'
import { expect, test } from 'vitest'
import { paintParams, type StrokeParams } from '../../src/app/draw-steps.ts'
import { digestMask } from '../../src/core/hash.ts'
import { countVoxels, emptyMask } from '../../src/core/mask.ts'
import { IDLE_CONTEXT } from '../../src/core/stage.ts'
import type { Mask, Vec3 } from '../../src/core/types.ts'
import { paint } from '../../src/segment/brush.ts'
import { type CropParams, crop } from '../../src/segment/crop.ts'
import { type ScissorsParams, scissors } from '../../src/segment/scissors.ts'
import { type ThresholdParams, threshold } from '../../src/segment/threshold.ts'
import { type ViewScissorsParams, viewScissors } from '../../src/segment/view-scissors.ts'
import { KEYS, SEGMENT } from '../../src/ui/segment.en.ts'
import { type PlaneId, planeOf, toVoxel } from '../../src/ui/viewer/plane.ts'
import { gridOf, volumeOf } from '../support/phantoms.ts'
import { settled as idle, segmentPage, type TraceRow, traceRows } from '../support/segment-page.ts'

// Every edit is made by hand in the page. The report then says what each step was told, and each is made again here by the
// pure function: the digests must be those of the trace. Where the pointer went is held against the panes' own geometry.

const SPACING: Vec3 = [1.25, 1.5, 2]
const GRID = gridOf([64, 48, 40], SPACING, { origin: [-40, -36, 12] })
const MIDDLE: Vec3 = [32, 24, 20]
const VOLUME = volumeOf(GRID, (i, j, k) => {
  const mm = Math.hypot((i - MIDDLE[0]) * SPACING[0], (j - MIDDLE[1]) * SPACING[1], (k - MIDDLE[2]) * SPACING[2])
  return Math.round(Math.max(-50, 900 - 40 * mm))
})
const SHARE_OF_PANE = 0.96
const WORK_MS = 60_000

const open = segmentPage(VOLUME)

const button = (name: string) => open.page.getByRole('button', { name, exact: true })
const lowerLimit = () => open.page.getByRole('spinbutton', { name: new RegExp(`^${SEGMENT.from}`) })
const chooseTool = (name: keyof typeof SEGMENT.tool) => button(SEGMENT.tool[name]).click()
const pane = (id: PlaneId | 'part'): Locator => open.page.locator(`[data-pane=${id}]`)

const settled = () => idle(open.page)
/** The volume beside the active label: what a person sees an edit by. */
const shownVolume = () => open.page.locator('li.active .v').innerText()

/** Client pixels of a place on a pane, 0 .. 1 over it. */
async function at(id: PlaneId | 'part', x: number, y: number): Promise<readonly [number, number]> {
  const box = await pane(id).boundingBox()
  if (!box) throw new Error(`no pane ${id}`)
  return [box.x + x * box.width, box.y + y * box.height]
}

/** The voxel under a place on a pane while the whole slice is shown. */
async function voxelAt(id: PlaneId, x: number, y: number, slice: number): Promise<Vec3> {
  const box = await pane(id).boundingBox()
  if (!box) throw new Error(`no pane ${id}`)
  const plane = planeOf(GRID, id)
  const fit =
    SHARE_OF_PANE * Math.min(box.width / (plane.columns * plane.columnMm), box.height / (plane.rows * plane.rowMm))
  const column = (plane.columns - 1) / 2 + ((x - 0.5) * box.width) / (plane.columnMm * fit)
  const row = (plane.rows - 1) / 2 + ((y - 0.5) * box.height) / (plane.rowMm * fit)
  return toVoxel(GRID, plane, [column, row, slice])
}

/** Drags over a pane from place to place. */
async function drag(id: PlaneId | 'part', places: readonly (readonly [number, number])[]): Promise<void> {
  for (const [n, [x, y]] of places.entries()) {
    const [px, py] = await at(id, x, y)
    await open.page.mouse.move(px, py, { steps: n === 0 ? 1 : 4 })
    if (n === 0) await open.page.mouse.down()
  }
  await open.page.mouse.up()
}

async function markRange(from: number): Promise<void> {
  await lowerLimit().fill(String(from))
  await lowerLimit().press('Enter')
  await button(SEGMENT.apply).click()
  await open.page.locator('li.active .v').waitFor()
  await settled()
}

/** What a step of the trace makes of a mask, by the pure function; null for a step that proposes nothing. */
function proposal(mask: Mask, { stage, params }: TraceRow): Promise<Mask> | Mask | null {
  const told = params as unknown
  if (stage === 'threshold') return threshold(VOLUME, told as ThresholdParams, IDLE_CONTEXT)
  if (stage === 'paint') return paint(mask, paintParams(told as StrokeParams), VOLUME, IDLE_CONTEXT)
  if (stage === 'scissors') return scissors(mask, told as ScissorsParams, IDLE_CONTEXT)
  if (stage === 'view-scissors') return viewScissors(mask, told as ViewScissorsParams, IDLE_CONTEXT)
  if (stage === 'crop') return crop(mask, told as CropParams, IDLE_CONTEXT)
  return null
}

/** Makes every step of one label again; each digest must be that of the trace. Returns the masks one after the other. */
async function replay(entries: readonly TraceRow[]): Promise<Mask[]> {
  const past: Mask[] = [emptyMask(GRID)]
  const shown = [...past]
  let now = 0
  for (const entry of entries) {
    const made = await proposal(past[now] as Mask, entry)
    if (made) {
      expect(await digestMask(made), entry.stage).toBe(entry.outputDigest)
      past.length = ++now
      past.push(made)
      shown.push(made)
    } else if (entry.stage === 'restore') {
      now += String((entry.params as { label: string }).label).startsWith('undo') ? -1 : 1
      expect(await digestMask(past[now] as Mask), JSON.stringify(entry.params)).toBe(entry.outputDigest)
      shown.push(past[now] as Mask)
    } else if (entry.stage === 'place') {
      expect(await digestMask(past[now] as Mask), 'what was placed').toBe(entry.outputDigest)
    }
  }
  return shown
}
const stagesOf = (entries: readonly TraceRow[]) =>
  entries.filter(({ stage }) => stage !== 'place' && stage !== 'scan').map(({ stage }) => stage)
const strokesOf = (entries: readonly TraceRow[]) =>
  entries.filter(({ stage }) => stage === 'paint').map(({ params }) => params as unknown as StrokeParams)

test('paint, erase, gate and ball: each stroke is one step with the voxels under the pointer, undone and redone whole', async () => {
  await chooseTool('paint')
  const expected = await voxelAt('axial', 0.3, 0.3, 0)
  await drag('axial', [
    [0.3, 0.3],
    [0.45, 0.35],
    [0.5, 0.5],
  ])
  await open.page.locator('li.active .v').waitFor()
  await settled()
  const first = await shownVolume()
  await open.page.keyboard.press(']')
  await open.page.keyboard.press('b')
  await drag('coronal', [
    [0.6, 0.4],
    [0.7, 0.6],
  ])
  await settled()
  expect(await shownVolume()).not.toBe(first)
  await open.page.keyboard.press('Control+z')
  await expect.poll(shownVolume).toBe(first)
  await open.page.keyboard.press('Control+Shift+z')
  await expect.poll(shownVolume).not.toBe(first)
  await open.page.keyboard.press('e')
  await drag('axial', [
    [0.4, 0.35],
    [0.45, 0.35],
  ])
  await settled()
  await open.page.keyboard.press('p')
  await open.page.getByLabel(SEGMENT.rangeOnly).first().check()
  await lowerLimit().fill('500')
  await lowerLimit().press('Enter')
  await drag('axial', [
    [0.5, 0.5],
    [0.55, 0.7],
  ])
  await settled()
  // Ctrl held: the opposite for this stroke.
  await open.page.keyboard.down('Control')
  await drag('sagittal', [[0.5, 0.5]])
  await open.page.keyboard.up('Control')
  const entries = await traceRows(open.page)
  const shown = await replay(entries)
  expect(stagesOf(entries)).toEqual(['paint', 'paint', 'restore', 'restore', 'paint', 'paint', 'paint'])
  const strokes = strokesOf(entries)
  expect(strokes.map(({ mode, shape }) => `${mode} ${shape}`)).toEqual([
    'paint disc',
    'paint sphere',
    'erase sphere',
    'paint sphere',
    'erase sphere',
  ])
  expect(strokes.map(({ radiusMm }) => radiusMm)).toEqual([5, 6.25, 6.25, 6.25, 6.25])
  expect(strokes.map(({ gateLowHu }) => gateLowHu)).toEqual([null, null, null, 500, 500])
  expect(shown.map(countVoxels).every((n, at, all) => at === 0 || n !== all[at - 1])).toBe(true)

  const drawn = strokes[0]?.pointsIjk.slice(0, 3) ?? []
  for (const axis of [0, 1] as const) expect(Math.abs((drawn[axis] ?? 99) - expected[axis])).toBeLessThan(0.3)
  expect(strokes[0]?.axis).toBe(2)
})

test('strokes made while one is being written are all written, in turn', async () => {
  await chooseTool('paint')
  await pane('axial').hover()
  await pane('axial').evaluate((element) => {
    const box = element.getBoundingClientRect()
    // In one task: no step can have ended between two strokes.
    for (let n = 0; n < 4; n++) {
      const send = (type: string, x: number) =>
        element.dispatchEvent(
          new PointerEvent(type, {
            pointerId: 1,
            clientX: box.left + box.width * x,
            clientY: box.top + box.height * (0.3 + 0.1 * n),
            bubbles: true,
            cancelable: true,
          }),
        )
      send('pointerdown', 0.3)
      send('pointermove', 0.6)
      send('pointerup', 0.6)
    }
  })
  await open.page.locator('li.active .v').waitFor()
  const entries = await traceRows(open.page)
  expect(stagesOf(entries)).toEqual(['paint', 'paint', 'paint', 'paint'])
  const volumes = (await replay(entries)).map(countVoxels)
  expect(volumes).toEqual([...volumes].sort((a, b) => a - b))
  expect(new Set(volumes).size).toBe(5)
})

test('Esc takes a stroke back, a locked label refuses by name, and the crosshair stays where it is', async () => {
  await markRange(300)
  await chooseTool('paint')
  const before = await shownVolume()
  const where = () => pane('coronal').getAttribute('aria-valuenow')
  const row = await where()
  const [x, y] = await at('axial', 0.2, 0.2)
  await open.page.mouse.move(x, y)
  await open.page.mouse.down()
  await open.page.mouse.move(x + 80, y + 40, { steps: 5 })
  await open.page.keyboard.press('Escape')
  await open.page.mouse.move(x + 120, y + 60)
  await open.page.mouse.up()
  await settled()
  expect(await shownVolume()).toBe(before)
  await open.page
    .getByRole('button', { name: /^Lock / })
    .first()
    .click()
  await settled()
  await drag('axial', [[0.3, 0.3]])
  expect(await open.page.getByRole('alert').innerText()).toContain('locked')
  expect(await where()).toBe(row)
  expect(stagesOf(await traceRows(open.page))).toEqual(['threshold'])
})

test('scissors on a slice: corners and a loop, one slice and all, inside, outside and fill, and back again', async () => {
  await markRange(300)
  await chooseTool('scissors')
  const press = async (id: PlaneId, x: number, y: number) => open.page.mouse.click(...(await at(id, x, y)))
  const expected = await voxelAt('axial', 0.45, 0.3, 0)
  await press('axial', 0.45, 0.3)
  await open.page.waitForTimeout(450)
  await press('axial', 0.6, 0.35)
  await open.page.waitForTimeout(450)
  await press('axial', 0.55, 0.6)
  expect(await pane('axial').locator('[data-mark=outline]').count()).toBe(1)
  await open.page.keyboard.press('Enter')
  await settled()
  expect(await pane('axial').locator('[data-mark=outline]').count()).toBe(0)
  const cut = await shownVolume()
  await open.page.keyboard.press('Control+z')
  await expect.poll(shownVolume).not.toBe(cut)
  await open.page.keyboard.press('Control+y')
  await expect.poll(shownVolume).toBe(cut)

  await button(SEGMENT.cuts['add-inside']).click()
  await button(SEGMENT.thisSlice).click()
  await drag('coronal', [
    [0.2, 0.2],
    [0.4, 0.2],
    [0.4, 0.4],
    [0.2, 0.4],
  ])
  await settled()
  await button(SEGMENT.cuts['remove-outside']).click()
  await button(SEGMENT.allSlices).click()
  await press('sagittal', 0.3, 0.3)
  await open.page.waitForTimeout(450)
  await press('sagittal', 0.7, 0.3)
  await open.page.waitForTimeout(450)
  await press('sagittal', 0.7, 0.7)
  await open.page.waitForTimeout(450)
  await open.page.mouse.dblclick(...(await at('sagittal', 0.3, 0.7)))
  await settled()
  await press('axial', 0.2, 0.2)
  await open.page.keyboard.press('Escape')
  expect(await open.page.locator('[data-mark=outline]').count()).toBe(0)
  const entries = await traceRows(open.page)
  expect(stagesOf(entries)).toEqual(['threshold', 'scissors', 'restore', 'restore', 'scissors', 'scissors'])
  await replay(entries)
  const cuts = entries
    .filter(({ stage }) => stage === 'scissors')
    .map(({ params }) => params as unknown as ScissorsParams)
  expect(cuts.map(({ op, axis, fromSlice, toSlice }) => [op, axis, fromSlice === toSlice])).toEqual([
    ['remove-inside', 2, false],
    ['add-inside', 1, true],
    ['remove-outside', 0, false],
  ])
  expect(cuts.map(({ corners }) => corners.length)).toEqual([6, expect.any(Number), 8])
  for (const n of [0, 1] as const) expect(Math.abs((cuts[0]?.corners[n] ?? 99) - expected[n])).toBeLessThan(0.5)
})

test('a loop over the part in 3-D cuts what is seen in it; the right button still turns the part', async () => {
  await markRange(300)
  await chooseTool('scissors')
  await open.page.locator('[data-pane=part] .turn:not(.hidden)').waitFor({ timeout: WORK_MS })
  const turn = open.page.locator('[data-pane=part] .turn')
  const angle = () => turn.getAttribute('aria-valuenow')
  const before = await angle()
  const [x, y] = await at('part', 0.5, 0.5)
  await open.page.mouse.move(x, y)
  await open.page.mouse.down({ button: 'right' })
  await open.page.mouse.move(x + 90, y, { steps: 4 })
  await open.page.mouse.up({ button: 'right' })
  await expect.poll(angle).not.toBe(before)
  const turned = await angle()
  // The left half of the picture.
  await drag('part', [
    [0.02, 0.05],
    [0.5, 0.05],
    [0.5, 0.95],
    [0.02, 0.95],
  ])
  await settled()
  expect(await angle()).toBe(turned)
  const half = await shownVolume()
  await open.page.keyboard.press('Control+z')
  await expect.poll(shownVolume).not.toBe(half)
  await open.page.keyboard.press('Control+y')
  await expect.poll(shownVolume).toBe(half)
  const entries = await traceRows(open.page)
  expect(stagesOf(entries)).toEqual(['threshold', 'view-scissors', 'restore', 'restore'])
  const [, ball, cut] = (await replay(entries)).map(countVoxels)
  // The part is seen in the middle of the pane, and the cut goes through its middle.
  expect((cut ?? 0) / (ball ?? 1)).toBeGreaterThan(0.4)
  expect((cut ?? 0) / (ball ?? 1)).toBeLessThan(0.6)
})

test('crop: a box by numbers and by its edges, and either side of a slice', async () => {
  await markRange(300)
  await chooseTool('crop')
  await open.page.getByRole('spinbutton', { name: SEGMENT.cropSides.axial.from }).fill('50')
  await open.page.getByRole('spinbutton', { name: SEGMENT.cropSides.axial.from }).press('Enter')
  const [x, y] = await at('axial', 0.5, 0.5)
  const { width } = (await pane('axial').boundingBox()) ?? { width: 0 }
  const { height } = (await pane('axial').boundingBox()) ?? { height: 0 }
  const plane = planeOf(GRID, 'axial')
  const halfMm = (plane.columns * plane.columnMm) / 2
  const fit = SHARE_OF_PANE * Math.min(width / (2 * halfMm), height / (plane.rows * plane.rowMm))
  await open.page.mouse.move(x - halfMm * fit, y)
  await open.page.mouse.down()
  await open.page.mouse.move(x - 5 * plane.columnMm * fit, y, { steps: 5 })
  await open.page.mouse.up()
  await button(SEGMENT.cropNow).click()
  await settled()
  const cropped = await shownVolume()
  await open.page.keyboard.press('Control+z')
  await expect.poll(shownVolume).not.toBe(cropped)
  await open.page.keyboard.press('Control+y')
  await expect.poll(shownVolume).toBe(cropped)
  await open.page.getByRole('group', { name: SEGMENT.planeTitle }).getByRole('button', { name: 'Coronal' }).click()
  await button(SEGMENT.keepSide.coronal[0]).click()
  await settled()
  const entries = await traceRows(open.page)
  expect(stagesOf(entries)).toEqual(['threshold', 'crop', 'restore', 'restore', 'crop'])
  await replay(entries)
  const crops = entries.filter(({ stage }) => stage === 'crop').map(({ params }) => params as unknown as CropParams)
  expect(crops[0]).toMatchObject({ shape: 'box', minIjk: [27, 0, 19], maxIjk: [63, 47, 39] })
  expect(crops[1]).toMatchObject({ shape: 'plane', normalLps: [0, -1, 0] })
})

test('keys choose tools and labels, not while a field is typed in, and ? lists them all', async () => {
  await markRange(300)
  for (const [key, tool] of [
    ['s', 'scissors'],
    ['c', 'crop'],
    ['i', 'islands'],
    ['t', 'threshold'],
    ['p', 'paint'],
  ] as const) {
    await open.page.keyboard.press(key)
    expect(await button(SEGMENT.tool[tool]).getAttribute('aria-pressed')).toBe('true')
  }
  const radius = open.page.getByRole('spinbutton', { name: SEGMENT.radius })
  await radius.focus()
  await open.page.keyboard.press('s')
  expect(await button(SEGMENT.tool.paint).getAttribute('aria-pressed')).toBe('true')
  await radius.press('Escape')
  await pane('axial').focus()
  await open.page.keyboard.press('?')
  const sheet = open.page.getByRole('dialog', { name: KEYS.title })
  await sheet.waitFor()
  expect(await sheet.locator('dt').allInnerTexts()).toEqual(expect.arrayContaining(Object.values(KEYS.does)))
  await open.page.keyboard.press('s')
  for (let n = 0; n < 4; n++) {
    await open.page.keyboard.press('Tab')
    expect(await open.page.evaluate(() => document.activeElement?.closest('[role=dialog]') !== null)).toBe(true)
  }
  await open.page.keyboard.press('Escape')
  await sheet.waitFor({ state: 'detached' })
  expect(await button(SEGMENT.tool.paint).getAttribute('aria-pressed')).toBe('true')
  // Space moves the picture, whatever the tool.
  await pane('axial').focus()
  await open.page.keyboard.down(' ')
  await drag('axial', [
    [0.5, 0.5],
    [0.6, 0.6],
  ])
  await open.page.keyboard.up(' ')
  expect(stagesOf(await traceRows(open.page))).toEqual(['threshold'])
})
