import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { CHECK } from '../../src/ui/check.en.ts'
import { MODEL } from '../../src/ui/model.en.ts'
import { PART, PART_TOOL, PART_WORDS } from '../../src/ui/part.en.ts'
import { SCAN } from '../../src/ui/scan.en.ts'
import { SEGMENT } from '../../src/ui/segment.en.ts'
import { ballFolder, button, createVault, goTo, idle, openScan, unlock, WORK_MS } from '../support/app-journey.ts'
import { axeBarriers } from '../support/axe.ts'
import { browserOfFile, type WatchedPage } from '../support/browser.ts'

// Every tool of the part once, on a ball of bone: small enough for all of them, and what each must leave can be worked out.

const { open } = browserOfFile()
const folder = ballFolder()

let watched: WatchedPage
let page: Page
/** The ball as it was made. */
let ball: Result

beforeAll(async () => {
  watched = await open()
  page = watched.page
  await page.emulateMedia({ reducedMotion: 'reduce' })
  // The part is drawn by the processor here: fewer pixels, sooner done.
  await page.setViewportSize({ width: 1440, height: 640 })
  await page.goto('/')
  await createVault(page)
  await openScan(watched, folder.path)
  await button(page, SCAN.go).click()
  await button(page, SEGMENT.runTemplate).click()
  await page.getByRole('complementary', { name: CHECK.title }).waitFor({ timeout: WORK_MS })
  await idle(page)
  await goTo(page, 'model')
  await page.getByText(PART.none).waitFor()
  ball = await result()
})
afterAll(async () => {
  watched.expectClean()
  await watched.close()
})

interface Result {
  readonly cm3: number
  readonly mm: readonly number[]
}
/** What the rows of the result say. */
async function result(): Promise<Result> {
  const said = async (name: string) => {
    const row = page.locator('dl.kv > div', { hasText: name })
    return (await row.locator('dd').innerText()).match(/\d+(\.\d+)?/g)?.map(Number) ?? []
  }
  const [cm3 = Number.NaN] = await said(MODEL.volume)
  return { cm3, mm: await said(MODEL.size) }
}
const listed = () => page.locator('[data-edit]').evaluateAll((all) => all.map((one) => one.getAttribute('data-edit')))
const names = () => page.locator('[data-body] .b').allInnerTexts()

const nameOf = (stage: string) => PART_TOOL[stage]?.name ?? stage
const fieldOf = (stage: string, key: string) =>
  page
    .getByRole('region', { name: nameOf(stage), exact: true })
    .getByLabel(PART_WORDS.field[`${stage}.${key}`] ?? key, { exact: false })
async function fill(stage: string, key: string, value: string): Promise<void> {
  await fieldOf(stage, key).fill(value)
  await page.keyboard.press('Tab')
}
const tool = (stage: string) =>
  page.getByRole('group', { name: PART.tools, exact: true }).getByRole('button', { name: nameOf(stage), exact: true })
/** The face in the middle of the picture, by the keyboard. */
async function pickMiddle(): Promise<void> {
  await page.locator('[data-pane="part"] [role="slider"]').press('Enter')
  await page.getByText(/^Face picked at/).waitFor()
}
async function apply(stage: string): Promise<void> {
  const before = (await listed()).length
  await button(page, PART_TOOL[stage]?.act ?? stage).click()
  await idle(page)
  expect(await page.getByRole('alert').allInnerTexts(), stage).toEqual([])
  expect((await listed()).slice(before), stage).toContain(stage)
}
async function press(keys: string): Promise<void> {
  await page.keyboard.press(keys)
  await idle(page)
}
const undo = () => press('Control+z')

const ballCm3 = (radiusMm: number) => ((4 / 3) * Math.PI * radiusMm ** 3) / 1000
const discCm3 = (radiusMm: number, heightMm: number) => (Math.PI * radiusMm ** 2 * heightMm) / 1000

interface Use {
  readonly stage: string
  readonly set?: () => Promise<void>
  /** Volume it must leave, of the ball's radius in mm. */
  readonly cm3: (radiusMm: number) => number
  /** What must be added to the ball's outer size, mm. */
  readonly grownMm: readonly [number, number, number]
}
const USES: readonly Use[] = [
  { stage: 'mirror', set: () => fill('mirror', 'signedBy', 'ab'), cm3: ballCm3, grownMm: [0, 0, 0] },
  {
    stage: 'scale',
    set: async () => {
      await fill('scale', 'factor', '150')
      await fill('scale', 'reason', 'Larger, for the lecture')
    },
    cm3: (r) => ballCm3(1.5 * r),
    grownMm: [15.4, 15.4, 15.4],
  },
  { stage: 'offset', set: () => fill('offset', 'byMm', '0.5'), cm3: (r) => ballCm3(r + 0.5), grownMm: [1, 1, 1] },
  { stage: 'wrap', cm3: ballCm3, grownMm: [0, 0, 0] },
  { stage: 'thicken', cm3: ballCm3, grownMm: [0, 0, 0] },
  { stage: 'split-shells', cm3: ballCm3, grownMm: [0, 0, 0] },
  {
    stage: 'hollow',
    set: () => fill('hollow', 'wallMm', '3'),
    cm3: (r) => ballCm3(r) - ballCm3(r - 3),
    grownMm: [0, 0, 0],
  },
  // 5 mm wider than the ball on each side, 3 mm thick; the ball sinks 1 mm into it.
  { stage: 'base-plate', cm3: (r) => ballCm3(r) + (3 * (2 * r + 10) ** 2) / 1000, grownMm: [10, 10, 2] },
  // A foot of 40 mm, and a post of 8 mm that carries the ball 10 mm above the table.
  { stage: 'stand', cm3: (r) => ballCm3(r) + discCm3(20, 3) + discCm3(4, 7), grownMm: [9.3, 9.3, 10] },
  // A ring with a hole of 4 mm and a wall of 2 mm.
  { stage: 'hanging-hole', set: pickMiddle, cm3: (r) => ballCm3(r) + 0.2, grownMm: [0, 7.7, 0] },
]

test.each(USES)(
  '$stage leaves the volume and the size it must; undo takes it back, redo brings it again',
  async ({ stage, set, cm3, grownMm }) => {
    const radiusMm = 10 * Math.cbrt((3 * ball.cm3) / (4 * Math.PI))
    await tool(stage).click()
    await set?.()
    await apply(stage)
    const after = await result()
    expect(after.cm3 / cm3(radiusMm)).toBeGreaterThan(0.98)
    expect(after.cm3 / cm3(radiusMm)).toBeLessThan(1.02)
    for (const [axis, mm] of after.mm.entries()) {
      expect(Math.abs(mm - (ball.mm[axis] ?? 0) - (grownMm[axis] ?? 0)), `axis ${axis}`).toBeLessThan(1.1)
    }
    await undo()
    expect(await result()).toEqual(ball)
    await press('Control+Shift+z')
    expect(await result()).toEqual(after)
    await undo()
    await button(page, PART.closeTool).click()
  },
)

test('a cut in three ways, its bodies named, subtracted and combined; a name is there after a reload', async () => {
  await tool('pegs').click()
  expect(await axeBarriers(page)).toEqual([])
  for (const kind of ['dovetail', 'magnet', 'none']) {
    await page.getByRole('combobox', { name: PART_WORDS.field['pegs.kind'] ?? '', exact: true }).selectOption(kind)
    await apply('pegs')
    expect(await names(), kind).toEqual([PART.body(1, ''), PART.body(2, '')])
    if (kind !== 'none') await undo()
  }
  expect((await result()).cm3).toBeCloseTo(ball.cm3, 1)

  await button(page, PART.rename(PART.body(2, ''))).click()
  await page.getByLabel(PART.bodyName(2)).fill('Dome')
  await page.keyboard.press('Enter')
  expect(await names()).toEqual([PART.body(1, ''), 'Dome'])

  // Of one body another is taken away: half of the ball is left, since they only touch.
  await tool('boolean').click()
  await page.locator('[data-body="1"] .name').click()
  await apply('boolean')
  expect((await result()).cm3 / ball.cm3).toBeCloseTo(0.5, 1)
  await undo()
  expect(await names()).toEqual([PART.body(1, ''), 'Dome'])
  await tool('combine-bodies').click()
  await apply('combine-bodies')
  expect(await result()).toEqual(ball)
  await undo()

  await page.getByText(/saved/i).first().waitFor()
  await page.waitForTimeout(1000)
  await page.reload()
  await unlock(page)
  await page
    .getByRole('button', { name: /^Open / })
    .first()
    .click({ timeout: WORK_MS })
  await page.locator('main [data-pane]').first().waitFor({ timeout: WORK_MS })
  await goTo(page, 'model')
  await page.locator('[data-body]').first().waitFor()
  expect(await names()).toEqual([PART.body(1, ''), 'Dome'])
  expect(await listed()).toEqual(['pegs'])
})
