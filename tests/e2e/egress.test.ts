import { beforeAll, expect, inject, test } from 'vitest'
import { ALLOWED_FEATURES } from '../../config/headers.ts'
import { ensureChromium } from '../../scripts/lib/chromium.mjs'
import { type Egress, KIOSK_ONLY, measureEgress, PAGE_CHANNELS, WORKER_CHANNELS } from '../../scripts/lib/egress.mjs'
import { kioskPolicy, managedChromium } from '../../scripts/lib/managed-chromium.mjs'
import { browserOfFile, openBrowser } from '../support/browser.ts'
import { showFigures } from '../support/figures.ts'

const { open } = browserOfFile()
let egress: Egress
beforeAll(async () => {
  const { path } = await ensureChromium()
  egress = await measureEgress({ chromiumPath: path, appUrl: inject('baseUrl') })
})

const inState = (realm: string, by: 'byPage' | 'byKiosk' | 'byPolicy', state: string) =>
  egress.rows.filter((row) => row.realm === realm && row[by] === state).map((row) => row.channel)

test('every channel is open on a page without a policy, so that closed means something', () => {
  expect(PAGE_CHANNELS).toHaveLength(25)
  expect(egress).toMatchObject({ channels: 25, inconclusive: 0 })
})

test('ways-out-of-the-page: the page closes 22 of the 25 channels by itself; navigation, new windows and WebRTC stay open', () => {
  expect(inState('page', 'byPage', 'open').sort()).toEqual([...KIOSK_ONLY].sort())
  expect(egress.closedByPage).toBe(22)
  showFigures('T9', {
    channels: egress.channels,
    inconclusive: egress.inconclusive,
    'closed by the page': egress.closedByPage,
  })
})

test('under the launch flags of a kiosk all 25 are closed', () => {
  expect(inState('page', 'byKiosk', 'open')).toEqual([])
  expect(egress.closedByKiosk).toBe(25)
  showFigures('T9', { 'closed under the flags of a kiosk': egress.closedByKiosk })
})

const NOT_RUN = 'not run: no program can be given folders of its own here'

test('under the policy file of a kiosk all 25 are closed', () => {
  const closed = egress.closedByPolicy ?? NOT_RUN
  expect([25, NOT_RUN]).toContain(closed)
  expect(inState('page', 'byPolicy', 'open')).toEqual([])
  showFigures('T9', { 'closed under the policy file of a kiosk': closed })
})

test('WebRTC over TCP is open on a page without a policy, and closed in a kiosk by its flags and by its policy', () => {
  const [row] = egress.rows.filter(({ realm }) => realm === 'beside')
  const byPolicy = egress.closedByPolicy === null ? null : 'closed'
  expect(row).toMatchObject({ byPage: 'open', byKiosk: 'closed', byPolicy })
})

test('under the whole policy file nothing that drives a browser from outside gets a page', async () => {
  const { path } = await ensureChromium()
  const managed = managedChromium(path, kioskPolicy(inject('baseUrl')))
  if (!managed) return showFigures('T9', { 'the debugger under the policy': NOT_RUN })
  const browser = await openBrowser({ executablePath: managed.path })
  await expect(browser.newPage()).rejects.toThrow()
  await browser.close()
  managed.remove()
  showFigures('T9', { 'the debugger under the policy': 'shut out' })
})

test.each(['vault', 'decode'])('the %s worker has no way out', (realm) => {
  expect(inState(realm, 'byPage', 'closed')).toEqual(WORKER_CHANNELS)
})

test('a worker has no window, no WebRTC and no beacon; that of the vault cannot ask its own host either', async () => {
  const watched = await open()
  const { page } = watched
  await page.goto('/')
  await page.waitForEvent('worker', { predicate: (one) => one.url().includes('vault') }).catch(() => {})
  const worker = page.workers().find((one) => one.url().includes('/sealed/vault'))
  const found = await worker?.evaluate(async () => ({
    names: ['RTCPeerConnection', 'window', 'document', 'open'].filter((name) => name in globalThis),
    beacon: 'sendBeacon' in navigator,
    own: await fetch('/favicon.svg').then(
      () => 'open',
      () => 'closed',
    ),
  }))
  expect(found).toEqual({ names: [], beacon: false, own: 'closed' })
  await watched.close()
})

test('every feature of the browser that the app does not use is off, and none is named that the browser does not know', async () => {
  const watched = await open()
  const warnings: string[] = []
  watched.page.on('console', (message) => {
    if (/policy/i.test(message.text())) warnings.push(message.text())
  })
  await watched.page.goto('/')
  const allowed = await watched.page.evaluate(() => Reflect.get(document, 'featurePolicy').allowedFeatures())
  expect(allowed.sort()).toEqual([...ALLOWED_FEATURES].sort())
  expect(warnings).toEqual([])
  watched.expectClean()
  await watched.close()
})
