import { readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import type { Member, ModelCard } from '../../src/infer/card.ts'
import { ACCEPT_REASON, AI, bandMeans } from '../../src/ui/ai.en.ts'
import { CHECK } from '../../src/ui/check.en.ts'
import { PRINT } from '../../src/ui/print.en.ts'
import { ANATOMY_NAME } from '../../src/ui/segment.en.ts'
import { SHELL } from '../../src/ui/shell.en.ts'
import { stepText } from '../../src/ui/steps.en.ts'
import {
  acceptRegions,
  addNetwork,
  approveNetwork,
  chooseNetwork,
  makeAndCheck,
  type OwnNetwork,
  openForAi,
  openPanel,
  runAi,
  savedReport,
  sayMr,
  signSecond,
  startWithVault,
} from '../support/ai-journey.ts'
import { button, goTo, idle, reopenFirstCase, showSteps, WORK_MS } from '../support/app-journey.ts'
import { axeBarriers } from '../support/axe.ts'
import { browserOfFile } from '../support/browser.ts'
import { defectsOf, NO_DEFECTS } from '../support/manifold.ts'
import { PLAIN_MEMBER } from '../support/network-cards.ts'
import { cardFor, convNetwork, thresholdNetwork } from '../support/onnx-model.ts'
import { threeMfContent } from '../support/read-files.ts'
import { niftiFile } from '../support/scan-files.ts'
import { goTo as goToPlace } from '../support/scan-page.ts'

const { open } = browserOfFile()
const SIDE = 48
const SURE = 90
/** A tenth of a logit above the border: two thirds for the inside. */
const DOUBTFUL = 51

/** A ball of 15 mm with two places in it that a network which looks for half of the range is unsure of. */
function phantom(): Uint8Array {
  const values = Array.from({ length: SIDE ** 3 }, (_, at) => {
    const [i, j, k] = [at % SIDE, Math.floor(at / SIDE) % SIDE, Math.floor(at / SIDE ** 2)]
    const near = (x: number, mm: number) => Math.hypot(i - x, j - 24, k - 24) < mm
    return near(17, 4) || near(31, 3.5) ? DOUBTFUL : near(24, 15) ? SURE : 0
  })
  return niftiFile({ size: [SIDE, SIDE, SIDE], values })
}

const flipped = (flip: Member['flip']): Member => ({ flip, shiftVoxels: [0, 0, 0] })
const MEMBERS = [
  PLAIN_MEMBER,
  flipped([true, false, false]),
  flipped([false, true, false]),
  flipped([true, true, false]),
]
const SCOPE: ModelCard['scope'] = {
  modalities: ['MR'],
  spacingMm: [0.5, 3],
  anisotropy: 4,
  fieldOfViewMm: [20, 300],
  ageYears: [18, 90],
}

async function network(weights: Uint8Array, over: Partial<ModelCard>): Promise<OwnNetwork> {
  const card = await cardFor(weights, { scope: SCOPE, members: MEMBERS, ...over })
  return { card, weights }
}
/** Sure of most of the ball, unsure of two places, never calibrated: AMBER. */
const doubting = () => network(thresholdNetwork(), { id: 'doubting', name: 'Doubting' })

/** Sees the ball 12 voxels beside where it is, so that no two views agree: RED. */
function squinting(): Promise<OwnNetwork> {
  const weights = Array.from({ length: 2 * 27 }, (_, n) => (n === 27 + 14 ? 40 : 0))
  const file = convNetwork({ weights, bias: [0, -20], edge: 3, dilation: 12 })
  const tiling = { tileVoxels: null, overlapVoxels: 0, edgeVoxels: 0, multipleOf: 1, bytesPerVoxel: 16 }
  return network(file, { id: 'squinting', name: 'Squinting', tiling })
}
/** As the doubting one, in tiles so small that it takes minutes. */
async function slow(): Promise<OwnNetwork> {
  const tiling = {
    tileVoxels: [16, 16, 16] as const,
    overlapVoxels: 14,
    edgeVoxels: 0,
    multipleOf: 1,
    bytesPerVoxel: 16,
  }
  const members = Array.from(
    { length: 32 },
    (_, n): Member => ({ flip: [n >= 16, false, false], shiftVoxels: [n % 4, (n >> 2) % 4, 0] }),
  )
  return network(thresholdNetwork(), { id: 'slow', name: 'Slow', tiling, members })
}

const panelText = (page: Page) => page.getByRole('complementary').innerText()
const label = (page: Page) => page.locator('[data-label]')

test('an unapproved network is not run and says where to approve it; an AMBER result is reviewed, signed, printed, and there after a reload', async () => {
  const watched = await open()
  const { page } = watched
  const own = await doubting()
  await startWithVault(page)
  await addNetwork(page, own)
  await openForAi(page, 'head.nii', phantom())
  await chooseNetwork(page, own.card)
  expect(await button(page, AI.run).count()).toBe(0)
  await sayMr(page)
  expect(await button(page, AI.run).count()).toBe(0)
  await button(page, AI.toModels).click()
  await approveNetwork(page, own.card)

  await openPanel(page)
  await chooseNetwork(page, own.card)
  expect(await runAi(page)).toBe('amber')
  expect(await panelText(page)).toContain(bandMeans('amber'))
  await page.emulateMedia({ reducedMotion: 'reduce' })
  expect(await axeBarriers(page)).toEqual([])
  await button(page, AI.promote(ANATOMY_NAME.brain)).click()
  await label(page).waitFor({ timeout: WORK_MS })
  await idle(page)
  expect(await page.locator('[data-region]').count()).toBe(2)

  // The model may be made before the review; it may not leave.
  await makeAndCheck(page)
  expect(await reviewLevel(page)).toBe('fail')
  await openPanel(page)
  expect(await acceptRegions(page, 'AB')).toBe(2)
  expect(await axeBarriers(page)).toEqual([])
  await signSecond(page, 'AB', 'CD')
  await makeAndCheck(page)
  await button(page, CHECK.toPrint.trim()).click({ timeout: WORK_MS })
  const [download] = await Promise.all([page.waitForEvent('download'), button(page, PRINT.save3mf).click()])
  expect(defectsOf(threeMfContent(new Uint8Array(readFileSync(await download.path()))).mesh)).toEqual(NO_DEFECTS)
  await idle(page)

  const report = await savedReport(page)
  const { id, version, weights } = own.card
  const region = { state: 'accepted', word: { reason: 'border-right', text: '', by: 'AB' } }
  expect(report).toMatchObject({
    outcome: 'released',
    passport: { modality: 'MR' },
    ai: [
      {
        ai: {
          model: { id, version, sha256: weights.sha256, evaluated: false },
          band: 'amber',
          members: MEMBERS.length,
          regions: [region, region],
          editedMm3: 0,
          run: { backend: 'wasm', selfTest: { passed: true } },
          firstReader: 'AB',
          secondReader: { who: 'CD' },
        },
      },
    ],
  })
  expect(report.ai[0].ai.reasons).toContainEqual(expect.objectContaining({ rule: 'calibration', band: 'amber' }))
  // From the label back through the run to the scan.
  const made = (stage: string) => report.trace.entries.find((entry: { stage: string }) => entry.stage === stage)
  expect(made('promote').outputDigest).toBe(report.ai[0].ai.source)
  expect(made('promote').inputDigests).toEqual([made('infer').outputDigest])
  expect(made('infer').inputDigests).toEqual([made('state-modality').outputDigest, weights.sha256])
  await showSteps(page)
  const trace = await page.getByRole('main').innerText()
  for (const step of ['state-modality', 'self-test', 'infer', 'promote', 'review-region', 'second-reader'])
    expect(trace).toContain(stepText(step))
  expect(trace).toContain(ACCEPT_REASON['border-right'].toLowerCase())

  await page.waitForTimeout(1000)
  await page.reload()
  await reopenFirstCase(page)
  await page.locator('main [data-pane]').first().waitFor({ timeout: WORK_MS })
  await openPanel(page)
  await page.getByText(AI.done).waitFor({ timeout: WORK_MS })
  expect(await page.locator('[data-band]').last().getAttribute('data-band')).toBe('amber')
  expect(await page.locator('[data-region][data-state=accepted]').count()).toBe(2)
  watched.expectClean()
  await watched.close()
})

/** How the gate of the review stands, by the report. */
async function reviewLevel(page: Page): Promise<string> {
  const { findings } = await savedReport(page)
  return findings.find(({ check }: { check: string }) => check === 'ai-review')?.level
}

test('a run that is cancelled ends at once and leaves the app usable; a RED result is shown, with why and what instead, and no label', async () => {
  const watched = await open()
  const { page } = watched
  const [red, endless] = [await squinting(), await slow()]
  await startWithVault(page)
  for (const own of [endless, red]) {
    await addNetwork(page, own)
    await approveNetwork(page, own.card)
  }
  await openForAi(page, 'head.nii', phantom())
  await sayMr(page)
  await chooseNetwork(page, endless.card)
  await button(page, AI.run).click()
  await page.locator('progress').waitFor()
  await page.waitForTimeout(2000)
  const pressed = performance.now()
  await button(page, SHELL.cancel).click()
  await page.locator('progress').waitFor({ state: 'detached' })
  expect(performance.now() - pressed).toBeLessThan(3000)
  expect(await page.locator('[data-finding]').count()).toBe(0)

  await chooseNetwork(page, red.card)
  expect(await runAi(page)).toBe('red')
  const text = await panelText(page)
  expect(text).toContain(bandMeans('red'))
  expect(text).toContain('The views agree to Dice')
  expect(text).toContain(AI.shown)
  expect(await button(page, AI.promote(ANATOMY_NAME.brain)).count()).toBe(0)
  expect(await axeBarriers(page)).toEqual([])
  await goToPlace(page, SHELL.trace)
  await showSteps(page)
  expect(await page.getByRole('main').innerText()).not.toContain(stepText('promote'))
  await goTo(page, 'segment')
  expect(await label(page).count()).toBe(0)
  watched.expectClean()
  await watched.close()
})
