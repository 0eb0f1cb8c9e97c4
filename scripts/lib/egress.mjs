// @ts-check
import { readdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { chromium } from 'playwright-core'
import { DIST } from './build.mjs'
import { CHROMIUM_ARGS } from './chromium.mjs'
import { openSink } from './egress-sink.mjs'
import { kioskPolicy, managedChromium } from './managed-chromium.mjs'
import { inRoot } from './root.mjs'

/** @typedef {'closed' | 'open' | 'inconclusive'} ChannelState */
/**
 * `byKiosk`: under the launch flags of a kiosk. `byPolicy`: under its policy file; null where that cannot be tried.
 * @typedef {{ channel: string, realm: string, byPage: ChannelState, byKiosk: ChannelState, byPolicy: ChannelState | null }} ChannelRow
 */
/**
 * @typedef {{
 *   rows: ChannelRow[], channels: number, inconclusive: number,
 *   closedByPage: number, closedByKiosk: number, closedByPolicy: number | null
 * }} Egress
 */

export const WORKER_CHANNELS = [
  'fetch',
  'fetch keepalive',
  'XMLHttpRequest',
  'WebSocket',
  'EventSource',
  'WebTransport',
  'import()',
]
const QUIET_CHANNELS = [
  ...WORKER_CHANNELS,
  'sendBeacon',
  'ping',
  'image',
  'CSS url()',
  'font',
  'stylesheet',
  'script',
  'modulepreload',
  'prefetch',
  'preload',
  'iframe',
  'object',
  'video',
  'WebRTC STUN',
]
/** Each of these takes the page away, or waits until nothing else loads, so it gets a page of its own. */
const LONE_CHANNELS = ['speculation rules', 'form', 'navigation', 'popup']
export const PAGE_CHANNELS = [...QUIET_CHANNELS, ...LONE_CHANNELS]
/** A second way of WebRTC, which a rule against UDP does not close. Tried beside the others and not counted with them. */
const BESIDE = ['WebRTC TURN over TCP']
/** What no policy of a page closes (docs/kiosk.md). */
export const KIOSK_ONLY = ['navigation', 'popup', 'WebRTC STUN']

/** What has not arrived after this is taken for closed; a channel that is open is there in well under a second. */
const ARRIVAL_MS = 2500
const POLL_MS = 50
const CHANNELS = readFileSync(inRoot('scripts', 'lib', 'egress-channels.js'), 'utf8')

/**
 * Launch flags of a kiosk: nothing but the app's own host is reached without a proxy, and the proxy does not exist; WebRTC
 * may not go past a proxy.
 * @param {string} appUrl
 */
export function kioskArgs(appUrl) {
  return [
    '--force-webrtc-ip-handling-policy=disable_non_proxied_udp',
    '--webrtc-ip-handling-policy=disable_non_proxied_udp',
    '--disable-quic',
    '--proxy-server=http://127.0.0.1:9',
    `--proxy-bypass-list=<-loopback>;${new URL(appUrl).host}`,
  ]
}

/**
 * Tries every channel out of a page and out of workers: on a page without a policy, which must reach the sink or the channel
 * counts as inconclusive, in the built app, and in the built app under the flags and under the policy of a kiosk.
 * @param {{ chromiumPath: string, appUrl: string }} input the app is served from DIST
 * @returns {Promise<Egress>} the counts are of the page's channels
 */
export async function measureEgress({ chromiumPath, appUrl }) {
  const plain = await servePlain()
  try {
    const control = await reachedFrom(chromiumPath, [], plain.url, { worker: `${plain.url}worker.js` })
    const app = await reachedFrom(chromiumPath, [], appUrl, appWorkers())
    const kiosk = await reachedFrom(chromiumPath, kioskArgs(appUrl), appUrl, {})
    const managed = await reachedUnderPolicy(chromiumPath, appUrl)
    const stateOf = (/** @type {boolean} */ wasOpen, /** @type {boolean} */ reached) =>
      reached ? 'open' : wasOpen ? 'closed' : 'inconclusive'
    /** @type {(channel: string, realm: string) => ChannelRow} */
    const pageRow = (channel, realm) => {
      const state = (/** @type {Set<string> | undefined} */ reached) =>
        stateOf(Boolean(control.page?.has(channel)), Boolean(reached?.has(channel)))
      const byPolicy = managed && state(managed)
      return { channel, realm, byPage: state(app.page), byKiosk: state(kiosk.page), byPolicy }
    }
    const rows = PAGE_CHANNELS.map((channel) => pageRow(channel, 'page'))
    const count = (/** @type {(row: ChannelRow) => boolean} */ is) => rows.filter(is).length
    const counts = {
      channels: rows.length,
      inconclusive: count((row) => row.byPage === 'inconclusive'),
      closedByPage: count((row) => row.byPage === 'closed'),
      closedByKiosk: count((row) => row.byKiosk === 'closed'),
      closedByPolicy: managed && count((row) => row.byPolicy === 'closed'),
    }
    rows.push(...BESIDE.map((channel) => pageRow(channel, 'beside')))
    for (const realm of Object.keys(appWorkers()))
      for (const channel of WORKER_CHANNELS) {
        const state = stateOf(Boolean(control.worker?.has(channel)), Boolean(app[realm]?.has(channel)))
        rows.push({ channel, realm, byPage: state, byKiosk: state, byPolicy: state })
      }
    return { rows, ...counts }
  } finally {
    await plain.close()
  }
}

/**
 * What reached a sink from the app in a browser with the policy file of a kiosk; null where that cannot be tried. `DeveloperToolsAvailability`
 * is left out: it shuts out whatever drives the browser from outside, and so this test.
 * @param {string} chromiumPath
 * @param {string} appUrl
 * @returns {Promise<Set<string> | null>}
 */
async function reachedUnderPolicy(chromiumPath, appUrl) {
  const { DeveloperToolsAvailability: _, ...policy } = kioskPolicy(appUrl)
  const managed = managedChromium(chromiumPath, policy)
  if (!managed) return null
  try {
    return (await reachedFrom(managed.path, [], appUrl, {})).page ?? null
  } finally {
    managed.remove()
  }
}

/** One worker without a network and one with that of its own origin, by the name of the realm. @returns {Record<string, string>} */
function appWorkers() {
  const find = (/** @type {string} */ folder, /** @type {string} */ name) => {
    const file = readdirSync(join(DIST, folder)).find((one) => one.startsWith(`${name}.worker-`))
    return `/${folder}/${file}`
  }
  return { vault: find('assets/sealed', 'vault'), decode: find('assets', 'decode') }
}

/**
 * What reached a sink, by realm.
 * @param {string} executablePath
 * @param {string[]} flags
 * @param {string} url
 * @param {Record<string, string>} workers address of the script by the realm's name
 * @returns {Promise<Record<string, Set<string>>>}
 */
async function reachedFrom(executablePath, flags, url, workers) {
  const args = ['--no-sandbox', ...CHROMIUM_ARGS, ...flags]
  const browser = await chromium.launch({ executablePath, args })
  try {
    /** @type {Record<string, Set<string>>} */
    const reached = { page: await fromPage(browser, url) }
    for (const [realm, script] of Object.entries(workers)) reached[realm] = await fromWorker(browser, url, script)
    return reached
  } finally {
    await browser.close()
  }
}

/** @param {import('playwright-core').Browser} browser @param {string} url @returns {Promise<Set<string>>} */
async function fromPage(browser, url) {
  const sink = await openSink()
  const context = await browser.newContext({ serviceWorkers: 'block' })
  try {
    for (const names of [[...QUIET_CHANNELS, ...BESIDE], ...LONE_CHANNELS.map((name) => [name])]) {
      const page = await context.newPage()
      await page.goto(url)
      await page.evaluate(CHANNELS)
      await page.evaluate(tryChannels, { names, base: sink.base, udp: sink.udp }).catch(() => {})
      await arrival(sink, names)
    }
    return sink.reached()
  } finally {
    await context.close()
    await sink.close()
  }
}

/** @param {import('playwright-core').Browser} browser @param {string} url @param {string} script @returns {Promise<Set<string>>} */
async function fromWorker(browser, url, script) {
  const sink = await openSink()
  const context = await browser.newContext({ serviceWorkers: 'block' })
  try {
    const page = await context.newPage()
    await page.goto(url)
    const [worker] = await Promise.all([
      page.waitForEvent('worker', { predicate: (one) => one.url().endsWith(script) }),
      page.evaluate((at) => void new Worker(at, { type: 'module', name: 'probe' }), script),
    ])
    await worker.evaluate(CHANNELS)
    await worker.evaluate(tryChannels, { names: WORKER_CHANNELS, base: sink.base, udp: sink.udp })
    await arrival(sink, WORKER_CHANNELS)
    return sink.reached()
  } finally {
    await context.close()
    await sink.close()
  }
}

/** Waits until all have arrived or the time is up. @param {import('./egress-sink.mjs').Sink} sink @param {string[]} names */
async function arrival(sink, names) {
  for (let waited = 0; waited < ARRIVAL_MS; waited += POLL_MS) {
    const reached = sink.reached()
    if (names.every((name) => reached.has(name))) return
    await new Promise((resolve) => setTimeout(resolve, POLL_MS))
  }
}

/** Runs in the realm under test. @param {{ names: string[], base: string, udp: { stun: string, turn: string, webTransport: string } }} input */
function tryChannels({ names, base, udp }) {
  /** @type {Record<string, (to: string, udp: { stun: string, turn: string, webTransport: string }) => unknown>} */
  const channels = Reflect.get(globalThis, 'egressChannels')
  for (const name of names) {
    try {
      Promise.resolve(channels[name]?.(base + encodeURIComponent(name), udp)).catch(() => {})
    } catch {
      // Refused at once.
    }
  }
}

/** A page and a worker without any policy. */
async function servePlain() {
  const server = createServer((request, response) => {
    const isScript = request.url === '/worker.js'
    response.writeHead(200, { 'Content-Type': isScript ? 'text/javascript' : 'text/html' })
    response.end(isScript ? '' : '<!doctype html><title>plain</title><body></body>')
  })
  await new Promise((/** @type {(value: void) => void} */ resolve) => server.listen(0, '127.0.0.1', () => resolve()))
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address())
  const close = async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
  return { url: `http://127.0.0.1:${port}/`, close }
}
