import { expect, inject, test } from 'vitest'
import { ensureChromium } from '../../scripts/lib/chromium.mjs'
import { kioskArgs } from '../../scripts/lib/egress.mjs'
import { CHANNELS } from '../../src/ui/channels.en.ts'
import { SHELL } from '../../src/ui/shell.en.ts'
import { button } from '../support/app-journey.ts'
import { openBrowser, openPage } from '../support/browser.ts'

/** What the app itself says after a press. */
async function said(args: readonly string[], csp: string | null = null): Promise<Record<string, string>> {
  const { path } = await ensureChromium()
  const browser = await openBrowser(args.length > 0 ? { executablePath: path, args: ['--no-sandbox', ...args] } : {})
  const { page } = await openPage(browser, inject('baseUrl'))
  if (csp !== null)
    await page.route('/', async (route) => {
      const response = await route.fetch()
      await route.fulfill({ response, headers: { ...response.headers(), 'content-security-policy': csp } })
    })
  await page.goto('/')
  await page.getByRole('button', { name: SHELL.onDevice }).click()
  await button(page, CHANNELS.act).click()
  await button(page, CHANNELS.again).waitFor()
  const rows = await page
    .locator('[data-channel]')
    .evaluateAll((all) =>
      all.map((one) => [one.getAttribute('data-channel') ?? '', one.querySelector('dd')?.textContent ?? '']),
    )
  await browser.close()
  return Object.fromEntries(rows)
}

const { closed, open, untried } = CHANNELS.state
const CLOSED_BY_PAGE = Object.fromEntries(
  ['request', 'picture', 'style', 'font', 'script', 'frame', 'media', 'object', 'form'].map((id) => [id, closed]),
)

test('the app finds the ways closed that its policy closes, and says which stay open', async () => {
  expect(await said([])).toEqual({ ...CLOSED_BY_PAGE, webrtc: open, window: open, navigation: untried })
})

test('under the launch flags of a kiosk it finds WebRTC closed too; a new window opens and leads nowhere', async () => {
  expect(await said(kioskArgs(inject('baseUrl')))).toEqual({
    ...CLOSED_BY_PAGE,
    webrtc: closed,
    window: open,
    navigation: untried,
  })
})

test('a policy that a host has weakened is seen', async () => {
  const weak =
    "default-src 'self' 'wasm-unsafe-eval' http:; style-src 'self' http:; img-src * data: blob:; form-action *; worker-src 'self'"
  const rows = await said([], weak)
  for (const id of ['request', 'picture', 'style', 'font', 'frame', 'media', 'form'])
    expect([id, rows[id]]).toEqual([id, open])
})
