// @ts-check
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { buildIfStale, DIST } from './lib/build.mjs'
import { CHROMIUM_ARGS, ensureChromium } from './lib/chromium.mjs'
import { loadTypeScript } from './lib/load-ts.mjs'
import { runMain } from './lib/problem.mjs'
import { serve } from './serve.mjs'
import { setup } from './setup.mjs'

// How long the page works for each frame of a stroke of the brush on a large scan: a frame of a screen is 16.7 ms. Written
// down, not judged: figures of a machine that is shared say little.

const WORK_MS = 300_000
const MOVES = 150

const { values } = parseArgs({
  options: {
    /** Voxels along each side of the scan. */
    side: { type: 'string', default: '512' },
    engine: { type: 'string', default: 'cpu' },
    radius: { type: 'string', default: '5' },
  },
})

/**
 * A scan of rods: each slice shows many outlines, which cost more to draw than one.
 * @param {string} folder
 */
async function writeScan(folder) {
  const [nifti] = await loadTypeScript([resolve('src/export/nifti.ts')])
  const side = Number(values.side)
  const wave = Float64Array.from({ length: side }, (_, n) => Math.sin((n * Math.PI) / 32))
  const data = new Int16Array(side ** 3)
  let at = 0
  for (let k = 0; k < side; k++) {
    for (let j = 0; j < side; j++) {
      for (let i = 0; i < side; i++) data[at++] = Number(wave[i]) * Number(wave[j]) + Number(wave[k]) > 0.6 ? 900 : 0
    }
  }
  const grid = {
    size: [side, side, side],
    spacing: [0.5, 0.5, 0.5],
    origin: [0, 0, 0],
    direction: [1, 0, 0, 0, 1, 0, 0, 0, 1],
  }
  const volume = { grid, data, slope: 1, intercept: 0, modality: 'CT', unit: 'HU' }
  const write = /** @type {(volume: object) => Uint8Array} */ (nifti?.writeNiftiVolume)
  const path = join(folder, 'rods.nii')
  writeFileSync(path, write(volume))
  return path
}

/**
 * Runs in the page: for each frame, what its code works (callbacks of the frame, and pointer events with the effects that
 * follow them at once), and how long after the one before it came, drawing included.
 */
function watchFrames() {
  /** @type {{ worked: number, apart: number }[]} */
  const frames = []
  let worked = 0
  let last = performance.now()
  const ask = requestAnimationFrame.bind(globalThis)
  globalThis.requestAnimationFrame = (callback) =>
    ask((at) => {
      const start = performance.now()
      callback(at)
      worked += performance.now() - start
    })
  const tick = () => {
    const now = performance.now()
    frames.push({ worked, apart: now - last })
    last = now
    worked = 0
    ask(tick)
  }
  ask(tick)
  let began = 0
  addEventListener('pointermove', () => (began = performance.now()), { capture: true })
  // Effects follow each listener before the next is called.
  addEventListener('pointermove', () => (worked += performance.now() - began))
  Object.assign(globalThis, { __frames: frames })
}

/** @param {{ worked: number, apart: number }[]} frames */
function tell(frames) {
  const busy = frames.filter(({ worked }) => worked > 0.2)
  for (const what of /** @type {const} */ (['worked', 'apart'])) {
    const sorted = busy.map((frame) => frame[what]).sort((a, b) => a - b)
    const at = (/** @type {number} */ share) =>
      (sorted[Math.floor(share * (sorted.length - 1))] ?? Number.NaN).toFixed(1)
    console.log(
      `  ${what}: ${sorted.length} frames, median ${at(0.5)} ms, 95 % below ${at(0.95)} ms, longest ${at(1)} ms`,
    )
  }
}

await runMain(async () => {
  await setup()
  const { path: executablePath } = await ensureChromium()
  await buildIfStale()
  const { chromium } = await import('playwright-core')
  const folder = mkdtempSync(join(tmpdir(), 'brush-'))
  const app = await serve(DIST)
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', ...CHROMIUM_ARGS] })
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } })
    page.setDefaultTimeout(WORK_MS)
    await page.addInitScript(watchFrames)
    await page.goto(`${app.url}?slices=${values.engine}`)
    await page.setInputFiles('#files', await writeScan(folder))
    await page.waitForSelector('[data-pane=axial]')
    // Segment offers a range once all of the scan is there.
    await page.waitForFunction(() => document.querySelector('progress') === null)
    await page.waitForTimeout(5000)
    await page.click('[data-station=segment]')
    await page.waitForSelector(`[data-pane=axial][data-slices=${values.engine}]`)
    await page.getByRole('button', { name: 'Mark this range' }).click()
    await page.locator('li.active .v').waitFor()
    await page.waitForFunction(() => document.querySelector('progress') === null)
    for (const shape of ['This slice', 'Ball']) {
      await page.keyboard.press('p')
      await page.getByRole('button', { name: shape, exact: true }).click()
      await page.getByRole('spinbutton', { name: /^Radius/ }).fill(values.radius)
      await page.getByRole('spinbutton', { name: /^Radius/ }).press('Enter')
      await page.waitForTimeout(4000)
      console.log(`${values.engine}, ${values.side} voxels a side, ${shape}, radius ${values.radius} mm`)
      await stroke(page)
      await page.waitForFunction(() => document.querySelector('progress') === null)
    }
  } finally {
    await browser.close()
    await app.close()
    rmSync(folder, { recursive: true, force: true })
  }
  return 0
})

/** @param {import('playwright-core').Page} page */
async function stroke(page) {
  const box = await page.locator('[data-pane=axial]').boundingBox()
  if (!box) throw new Error('no axial pane')
  const at = (/** @type {number} */ n) =>
    /** @type {const} */ ([
      box.x + box.width * (0.5 + 0.3 * Math.cos(n / 12)),
      box.y + box.height * (0.5 + 0.3 * Math.sin(n / 9)),
    ])
  const framesOf = () =>
    page.evaluate(() => [.../** @type {{ worked: number, apart: number }[]} */ (Reflect.get(globalThis, '__frames'))])
  await page.mouse.move(...at(0))
  await page.mouse.down()
  // The first frame copies the mask: it is not one of the stroke.
  await page.waitForTimeout(500)
  const { length } = await framesOf()
  for (let n = 1; n <= MOVES; n++) await page.mouse.move(...at(n))
  const frames = (await framesOf()).slice(length)
  await page.mouse.up()
  tell(frames)
}
