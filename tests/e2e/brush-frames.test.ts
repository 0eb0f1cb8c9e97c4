import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { writeNiftiVolume } from '../../src/export/nifti.ts'
import { SEGMENT } from '../../src/ui/segment.en.ts'
import { openBrowser, openPage } from '../support/browser.ts'
import { gridOf, volumeOf } from '../support/phantoms.ts'

// How long the page works for a frame of a stroke on a large scan. Written down, not judged: a shared machine is no clock.

const SIDE = 512
const WORK_MS = 300_000
const MOVES = 120
let browser: Browser
let folder: string

beforeAll(async () => {
  browser = await openBrowser()
  folder = mkdtempSync(join(tmpdir(), 'brush-'))
})
afterAll(async () => {
  await browser?.close()
  rmSync(folder, { recursive: true, force: true })
})

/** A scan of rods: each slice shows many outlines, which cost more to draw than one. */
function writeScan(): string {
  const grid = gridOf([SIDE, SIDE, SIDE], [0.5, 0.5, 0.5])
  const wave = Float64Array.from({ length: SIDE }, (_, n) => Math.sin((n * Math.PI) / 32))
  const value = (i: number, j: number, k: number) =>
    (wave[i] as number) * (wave[j] as number) + (wave[k] as number) > 0.6 ? 900 : 0
  const path = join(folder, 'rods.nii.gz')
  writeFileSync(path, gzipSync(writeNiftiVolume(volumeOf(grid, value)), { level: 1 }))
  return path
}

/** Adds up what the page itself works in a frame: every callback of a frame, and every pointer event up to its effects. */
const watchFrames = (page: Page) =>
  page.addInitScript(() => {
    const frames: number[] = []
    let due = 0
    let inFrame = 0
    const ask = requestAnimationFrame.bind(globalThis)
    globalThis.requestAnimationFrame = (callback) =>
      ask((at) => {
        const start = performance.now()
        callback(at)
        inFrame += performance.now() - start
      })
    const tick = () => {
      frames.push(due + inFrame)
      due = inFrame = 0
      ask(tick)
    }
    ask(tick)
    const channel = new MessageChannel()
    let began = 0
    channel.port1.onmessage = () => {
      due += performance.now() - began
    }
    addEventListener(
      'pointermove',
      () => {
        began = performance.now()
        channel.port2.postMessage(null)
      },
      { capture: true },
    )
    Object.assign(globalThis, { __frames: frames })
  })

test.each(['cpu', 'niivue'] as const)('frames of a stroke at 512 x 512 x 512, %s', async (engine) => {
  const path = writeScan()
  const watched = await openPage(browser, inject('baseUrl'), { viewport: { width: 1440, height: 900 } })
  const { page } = watched
  page.setDefaultTimeout(WORK_MS)
  await watchFrames(page)
  await page.goto(`/?slices=${engine}`)
  await page.setInputFiles('#files', path)
  await page.waitForSelector('[data-pane=axial]')
  await page.click('[data-station=segment]')
  await page.waitForSelector(`[data-pane=axial][data-slices=${engine}]`)
  await page.getByRole('button', { name: SEGMENT.apply, exact: true }).click()
  await page.locator('li.active .v').waitFor()
  await page.waitForFunction(() => document.querySelector('progress') === null)
  await page.keyboard.press('p')
  await page.keyboard.press('b')
  const box = await page.locator('[data-pane=axial]').boundingBox()
  if (!box) throw new Error('no axial pane')
  await page.waitForTimeout(3000)
  const at = (n: number) =>
    [box.x + box.width * (0.5 + 0.3 * Math.cos(n / 12)), box.y + box.height * (0.5 + 0.3 * Math.sin(n / 9))] as const
  await page.mouse.move(...at(0))
  await page.mouse.down()
  // The first frame copies the mask; it is told apart.
  await page.waitForTimeout(200)
  const from = await page.evaluate(() => (Reflect.get(globalThis, '__frames') as number[]).length)
  for (let n = 1; n <= MOVES; n++) await page.mouse.move(...at(n))
  const frames = await page.evaluate((begin) => (Reflect.get(globalThis, '__frames') as number[]).slice(begin), from)
  await page.mouse.up()
  const worked = frames.filter((ms) => ms > 0.2).sort((a, b) => a - b)
  const share = (of: number) => (worked[Math.floor(of * (worked.length - 1))] ?? Number.NaN).toFixed(1)
  console.info(
    `brush, ${engine}: ${worked.length} frames, median ${share(0.5)} ms, 95 % ${share(0.95)} ms, most ${share(1)} ms`,
  )
  expect(worked.length).toBeGreaterThan(10)
  watched.expectClean()
  await watched.close()
})
