import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { ijkToLps } from '../../src/core/affine.ts'
import type { Grid, Mat3, Vec3, Volume } from '../../src/core/types.ts'
import { writeNiftiVolume } from '../../src/export/nifti.ts'
import { SEGMENT } from '../../src/ui/segment.en.ts'
import { SHELL } from '../../src/ui/shell.en.ts'
import { middleOf, PLANE_IDS, type PlaneId, planeOf, toPicture } from '../../src/ui/viewer/plane.ts'
import type { SliceEngine } from '../../src/ui/viewer/slice-engine.ts'
import { openBrowser, openPage, type WatchedPage } from '../support/browser.ts'
import { gridOf, volumeOf } from '../support/phantoms.ts'

// Both engines show the same scan; what one shows is held against the other and against where plane.ts puts the ball.

const RADIUS_MM = 14
const OFF_MIDDLE_MM: Vec3 = [8, -6, 7]
const SHARE_OF_PANE = 0.96
const NEAR_PX = 2
/** Mean difference of a pane's channels, of 255: the two differ in how they interpolate between voxels. */
const ALIKE = 4
/** The same of one engine that drew the same twice: rounding at the seams of what was drawn again. */
const SAME = 0.01

const turned = (z: number, x: number): Mat3 => {
  const [cz, sz, cx, sx] = [Math.cos(z), Math.sin(z), Math.cos(x), Math.sin(x)]
  return [cz, -sz * cx, sz * sx, sz, cz * cx, -cz * sx, 0, sx, cx]
}
const ORIENTATIONS: Readonly<Record<string, Mat3>> = {
  LPS: [1, 0, 0, 0, 1, 0, 0, 0, 1],
  LIA: [1, 0, 0, 0, 0, -1, 0, -1, 0],
  oblique: turned(0.35, 0.25),
}
const gridFor = (direction: Mat3): Grid => gridOf([48, 40, 32], [1.2, 1.5, 2], { direction, origin: [-20, 35, 110] })

/** The ball's middle: off the middle of the grid along its own axes. */
function ballOf(grid: Grid): Vec3 {
  const middle = middleOf(grid)
  const at = (r: 0 | 1 | 2) =>
    [0, 1, 2].reduce((sum, c) => sum + (grid.direction[r * 3 + c] ?? 0) * (OFF_MIDDLE_MM[c] ?? 0), middle[r])
  return [at(0), at(1), at(2)]
}

/** A bright ball with an edge softer than a voxel, in a ramp from the right to the left of the patient. */
function scanOf(grid: Grid): Volume {
  const ball = ballOf(grid)
  return volumeOf(grid, (i, j, k) => {
    const at = ijkToLps(grid, [i, j, k])
    const inside = RADIUS_MM - Math.hypot(at[0] - ball[0], at[1] - ball[1], at[2] - ball[2])
    return Math.round(Math.min(1000, Math.max(100 + 4 * (at[0] - ball[0]), 500 + 90 * inside)))
  })
}

interface Pane {
  readonly width: number
  readonly height: number
  readonly rgba: Uint8Array
}
type Panes = Readonly<Record<PlaneId, Pane>>

let browser: Browser
/** Decodes pictures; no page of the app. */
let decoder: Page
const open = new Set<WatchedPage>()

beforeAll(async () => {
  browser = await openBrowser()
  decoder = await browser.newPage()
})
afterAll(() => browser.close())

async function decode(png: Buffer): Promise<Pane> {
  const { width, height, base64 } = await decoder.evaluate(async (text) => {
    const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0))
    const bitmap = await createImageBitmap(new Blob([bytes], { type: 'image/png' }))
    const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d')
    context?.drawImage(bitmap, 0, 0)
    const data = context?.getImageData(0, 0, bitmap.width, bitmap.height).data ?? []
    let binary = ''
    for (const byte of data) binary += String.fromCharCode(byte)
    return { width: bitmap.width, height: bitmap.height, base64: btoa(binary) }
  }, png.toString('base64'))
  return { width, height, rgba: Buffer.from(base64, 'base64') }
}

/** Counts niivue's living textures in the page and keeps its context. */
const countTextures = (page: Page) =>
  page.addInitScript(() => {
    const prototype = WebGL2RenderingContext.prototype
    const { createTexture, deleteTexture } = prototype
    const living = new Set<WebGLTexture>()
    let made = 0
    const tell = () => Object.assign(globalThis, { __textures: { made, living: living.size } })
    prototype.createTexture = function () {
      const texture = createTexture.call(this)
      // The part in 3-D draws by WebGL too.
      if (!(this.canvas instanceof HTMLCanvasElement) || this.canvas.closest('.sheet') === null) return texture
      living.add(texture)
      made++
      Object.assign(globalThis, { __context: this })
      tell()
      return texture
    }
    prototype.deleteTexture = function (texture) {
      if (texture !== null) living.delete(texture)
      tell()
      deleteTexture.call(this, texture)
    }
  })

async function openScan(
  engine: SliceEngine | null,
  volume: Volume,
  prepare?: (page: Page) => Promise<unknown>,
): Promise<WatchedPage> {
  const watched = await openPage(browser, inject('baseUrl'), { viewport: { width: 1200, height: 800 } })
  open.add(watched)
  const { page } = watched
  await prepare?.(page)
  await page.goto(engine === null ? '/' : `/?slices=${engine}`)
  const buffer = Buffer.from(writeNiftiVolume(volume))
  await page.setInputFiles('#files', { name: 'ball.nii', mimeType: 'application/octet-stream', buffer })
  await page.waitForSelector('[data-pane=axial]')
  await page.click('[data-station=segment]')
  await page.waitForSelector(`[data-pane=sagittal][data-slices=${engine ?? 'cpu'}]`)
  // Words over the pictures are as bright as the ball.
  await page.evaluate(() => {
    for (const word of document.querySelectorAll<HTMLElement>('.pane > span')) word.style.visibility = 'hidden'
  })
  return watched
}

async function closeAll(): Promise<void> {
  for (const watched of open) {
    watched.expectClean()
    await watched.close()
  }
  open.clear()
}

/** A pane asks for a picture in one frame, the sheet draws it in the next. */
const twoFrames = (page: Page) =>
  page.evaluate(
    () =>
      new Promise((done) => {
        requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 50)))
      }),
  )

async function look(page: Page): Promise<Panes> {
  await twoFrames(page)
  const shots: [PlaneId, Pane][] = []
  for (const id of PLANE_IDS) shots.push([id, await decode(await page.locator(`[data-pane=${id}]`).screenshot())])
  return Object.fromEntries(shots) as unknown as Panes
}

/** A screenshot of a pane may hold a row of what lies beside it. */
const RIM_PX = 3

/** Middle and number of the pixels that a rule picks. */
function spot({ rgba, width, height }: Pane, picks: (r: number, g: number, b: number) => boolean) {
  let [x, y, count] = [0, 0, 0]
  for (let row = RIM_PX; row < height - RIM_PX; row++) {
    for (let column = RIM_PX; column < width - RIM_PX; column++) {
      const n = 4 * (row * width + column)
      if (!picks(rgba[n] ?? 0, rgba[n + 1] ?? 0, rgba[n + 2] ?? 0)) continue
      x += column
      y += row
      count++
    }
  }
  return { x: x / count + 0.5, y: y / count + 0.5, count }
}
const bright = (pane: Pane) => spot(pane, (r, g, b) => Math.min(r, g, b) > 150)
const coloured = (pane: Pane) => spot(pane, (r, _g, b) => b - r > 25)

function expectNear(a: { x: number; y: number }, b: { x: number; y: number }, what: string): void {
  expect(Math.hypot(a.x - b.x, a.y - b.y), what).toBeLessThan(NEAR_PX)
}

function difference(a: Pane, b: Pane): number {
  expect([a.width, a.height]).toEqual([b.width, b.height])
  return a.rgba.reduce((sum, v, n) => sum + Math.abs(v - (b.rgba[n] ?? 0)), 0) / a.rgba.length
}

/** Where plane.ts puts a place while the whole slice is shown. */
function expected(grid: Grid, id: PlaneId, lps: Vec3, { width, height }: Pane) {
  const plane = planeOf(grid, id)
  const fit = Math.min(width / (plane.columns * plane.columnMm), height / (plane.rows * plane.rowMm)) * SHARE_OF_PANE
  const [c, r] = toPicture(grid, plane, lps)
  return {
    x: width / 2 + (c - (plane.columns - 1) / 2) * plane.columnMm * fit,
    y: height / 2 + (r - (plane.rows - 1) / 2) * plane.rowMm * fit,
    radius: RADIUS_MM * fit,
  }
}

test.each(Object.keys(ORIENTATIONS))('%s: both engines show the ball and its mask at the same place', async (name) => {
  const grid = gridFor(ORIENTATIONS[name] ?? [1, 0, 0, 0, 1, 0, 0, 0, 1])
  const volume = scanOf(grid)
  const cpu = await openScan('cpu', volume)
  const niivue = await openScan('niivue', volume)
  const [own, theirs] = [await look(cpu.page), await look(niivue.page)]
  for (const id of PLANE_IDS) {
    const truth = expected(grid, id, ballOf(grid), own[id])
    expect(bright(own[id]).count).toBeGreaterThan(truth.radius ** 2)
    expectNear(bright(own[id]), truth, `${id}: processor against plane.ts`)
    expectNear(bright(theirs[id]), truth, `${id}: niivue against plane.ts`)
    expect(difference(own[id], theirs[id]), id).toBeLessThan(ALIKE)
  }

  for (const { page } of [cpu, niivue]) {
    await page.getByRole('spinbutton', { name: SEGMENT.from }).fill('500')
    await page.getByRole('spinbutton', { name: SEGMENT.from }).press('Enter')
  }
  for (const { page } of [cpu, niivue]) {
    await expect.poll(async () => coloured((await look(page)).axial).count, { timeout: 30_000 }).toBeGreaterThan(100)
  }
  const [marked, theirsMarked] = [await look(cpu.page), await look(niivue.page)]
  for (const id of PLANE_IDS) {
    const a = coloured(marked[id])
    const b = coloured(theirsMarked[id])
    expectNear(a, b, `${id}: mask`)
    expect(b.count / a.count).toBeGreaterThan(0.9)
    expect(b.count / a.count).toBeLessThan(1.1)
    expect(difference(marked[id], theirsMarked[id]), id).toBeLessThan(ALIKE)
  }
  await closeAll()
})

test('press, wheel, keys, zoom and a double press move both engines alike', async () => {
  const grid = gridFor(ORIENTATIONS.LIA ?? [1, 0, 0, 0, 1, 0, 0, 0, 1])
  const volume = scanOf(grid)
  const pages = [await openScan('cpu', volume), await openScan('niivue', volume)] as const
  const act = async (what: (page: Page) => Promise<void>) => {
    for (const { page } of pages) await what(page)
  }
  const expectAlike = async (ids: readonly PlaneId[] = PLANE_IDS) => {
    const [own, theirs] = [await look(pages[0].page), await look(pages[1].page)]
    for (const id of ids) expect(difference(own[id], theirs[id]), id).toBeLessThan(ALIKE)
    return own
  }
  const before = await expectAlike()

  await act((page) => page.locator('[data-pane=axial]').click({ position: { x: 240, y: 150 } }))
  const pressed = await expectAlike()
  expect(difference(before.coronal, pressed.coronal)).toBeGreaterThan(ALIKE)

  await act(async (page) => {
    await page.locator('[data-pane=sagittal]').focus()
    for (const key of ['ArrowDown', 'ArrowDown', 'ArrowDown', '+', '+', '+', '+']) await page.keyboard.press(key)
    await page.locator('[data-pane=coronal]').hover()
    await page.mouse.wheel(0, 100)
  })
  const zoomed = await expectAlike()
  expect(difference(pressed.sagittal, zoomed.sagittal)).toBeGreaterThan(ALIKE)

  await act((page) => page.locator('[data-pane=coronal]').dblclick({ position: { x: 200, y: 120 } }))
  const large: Pane[] = []
  for (const { page } of pages) {
    await expect.poll(() => page.locator('[data-pane]').count()).toBe(1)
    await twoFrames(page)
    large.push(await decode(await page.locator('[data-pane=coronal]').screenshot()))
  }
  const [own, theirs] = large as [Pane, Pane]
  expect(own.width).toBeGreaterThan(1.9 * zoomed.coronal.width)
  expect(difference(own, theirs)).toBeLessThan(ALIKE)
  await closeAll()
})

test('a stroke in hand, of which only the touched part is drawn, looks the same in both engines and once it is written', async () => {
  const grid = gridFor(ORIENTATIONS.LIA ?? [1, 0, 0, 0, 1, 0, 0, 0, 1])
  const volume = scanOf(grid)
  const pages = [await openScan('cpu', volume), await openScan('niivue', volume)] as const
  const inHand: Panes[] = []
  for (const { page } of pages) {
    await page.keyboard.press('p')
    await page.keyboard.press('b')
    const box = await page.locator('[data-pane=axial]').boundingBox()
    if (!box) throw new Error('no axial pane')
    await page.mouse.move(box.x + 0.35 * box.width, box.y + 0.4 * box.height)
    await page.mouse.down()
    for (const x of [0.4, 0.5, 0.6]) {
      await page.mouse.move(box.x + x * box.width, box.y + (x + 0.05) * box.height, { steps: 5 })
      await twoFrames(page)
    }
    // The brush itself is no part of the picture.
    await page.evaluate(() => {
      for (const marks of document.querySelectorAll<SVGElement>('.pane .marks')) marks.style.visibility = 'hidden'
    })
    inHand.push(await look(page))
  }
  const [own, theirs] = inHand as [Panes, Panes]
  for (const id of PLANE_IDS) {
    expect(coloured(own[id]).count, id).toBeGreaterThan(100)
    expect(difference(own[id], theirs[id]), id).toBeLessThan(ALIKE)
  }
  for (const [n, { page }] of pages.entries()) {
    await page.mouse.up()
    await page.locator('li.active .v').waitFor()
    await page.waitForFunction(() => document.querySelector('progress') === null)
    const written = await look(page)
    for (const id of PLANE_IDS) expect(difference((inHand[n] as Panes)[id], written[id]), id).toBeLessThan(SAME)
  }
  await closeAll()
})

test('a lost graphics card leaves the slices to the processor, and says so', async () => {
  const watched = await openScan('niivue', scanOf(gridFor([1, 0, 0, 0, 1, 0, 0, 0, 1])))
  await watched.page.evaluate(() => {
    const canvas = document.querySelector<HTMLCanvasElement>('.sheet canvas')
    canvas?.getContext('webgl2')?.getExtension('WEBGL_lose_context')?.loseContext()
  })
  await watched.page.waitForSelector('[data-pane=axial][data-slices=cpu]')
  expect(await watched.page.locator('.panes [role=status]').innerText()).toContain('processor')
  expect(bright((await look(watched.page)).axial).count).toBeGreaterThan(1000)
  await closeAll()
})

test('another scan takes the place of the last on the graphics card, and leaving gives all of it back', async () => {
  const watched = await openScan('niivue', scanOf(gridFor([1, 0, 0, 0, 1, 0, 0, 0, 1])), countTextures)
  const { page } = watched
  const textures = () => page.evaluate(() => Reflect.get(globalThis, '__textures') as { made: number; living: number })
  const lost = () =>
    page.evaluate(() => (Reflect.get(globalThis, '__context') as WebGL2RenderingContext).isContextLost())
  await page.getByRole('button', { name: SEGMENT.tool.denoise, exact: true }).click()
  const denoise = async () => {
    const { made } = await textures()
    await page.getByRole('button', { name: SEGMENT.denoiseAct, exact: true }).click()
    await expect.poll(async () => (await textures()).made, { timeout: 60_000 }).toBeGreaterThan(made)
    await twoFrames(page)
    return (await textures()).living
  }
  const { living } = await textures()
  expect(living).toBeGreaterThan(3)
  expect([await denoise(), await denoise()]).toEqual([living, living])
  expect(await lost()).toBe(false)
  await page.getByRole('button', { name: SHELL.library }).click()
  await page.waitForSelector('.sheet', { state: 'detached' })
  expect(await lost()).toBe(true)
  await closeAll()
})

test('on a software adapter the processor cuts the slices, and niivue is not even loaded', async () => {
  const watched = await openScan(null, scanOf(gridFor([1, 0, 0, 0, 1, 0, 0, 0, 1])))
  expect(watched.requests.filter((url) => url.includes('niivue'))).toEqual([])
  await closeAll()
})
