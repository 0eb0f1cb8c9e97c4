import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { buildInto, DIST } from '../../scripts/lib/build.mjs'
import { serve } from '../../scripts/serve.mjs'
import { sha256 } from '../../src/core/hash.ts'
import { parseRelease, type Release, releaseDigest } from '../../src/trace/release.ts'
import { RELEASE } from '../../src/ui/channels.en.ts'
import { CHECK } from '../../src/ui/check.en.ts'
import { START } from '../../src/ui/start.en.ts'
import { button, idle, WORK_MS } from '../support/app-journey.ts'
import { openBrowser, openPage, type WatchedPage } from '../support/browser.ts'

let browser: Awaited<ReturnType<typeof openBrowser>>
let base: string
beforeAll(async () => {
  browser = await openBrowser()
  base = mkdtempSync(join(tmpdir(), 'offline-'))
})
afterAll(async () => {
  await browser?.close()
  rmSync(base, { recursive: true, force: true })
})

const listIn = (dir: string): Release => {
  const release = parseRelease(readFileSync(join(dir, 'release.json'), 'utf8'))
  if (!release) throw new Error('release.json cannot be read')
  return release
}

/** A copy of the built app as `version`, with another favicon; `listed` is what its list says of that file. */
async function versionOf(version: string, icon: string, listed = icon): Promise<string> {
  const dir = join(base, `${version}-${icon.length}-${listed.length}`)
  cpSync(DIST, dir, { recursive: true })
  writeFileSync(join(dir, 'favicon.svg'), icon)
  const bytes = new TextEncoder().encode(listed)
  const digest = await sha256(bytes)
  const { format, headers, files } = listIn(dir)
  const changed = files.map((file) =>
    file.path === '/favicon.svg' ? { ...file, bytes: bytes.length, sha256: digest } : file,
  )
  const list = { format, version, headers, files: changed }
  const release = { ...list, digest: await releaseDigest(list), signature: null }
  writeFileSync(join(dir, 'release.json'), JSON.stringify(release))
  return dir
}

/** A profile in which the app of this folder was installed. */
async function install(dir: string) {
  const host = await serve(dir)
  const watched = await openPage(browser, host.url, { serviceWorkers: 'allow', reducedMotion: 'reduce' })
  await watched.page.goto('/')
  await watched.page.waitForFunction(() => navigator.serviceWorker.controller !== null, undefined, { timeout: WORK_MS })
  return { host, watched }
}

/** The same address, another folder. */
async function move(host: { port: number; close: () => Promise<void> }, dir: string) {
  await host.close()
  return serve(dir, host.port)
}

const icon = ({ page }: WatchedPage) => page.evaluate(() => fetch('/favicon.svg').then((answer) => answer.text()))

test('without a network the installed app loads, isolated and under its policy, and runs the sample to the verdict', async () => {
  const { host, watched } = await install(DIST)
  await host.close()
  const { page } = watched
  await page.reload()
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(true)
  const blocked = page.evaluate(
    () =>
      new Promise<string>((resolve) => {
        document.addEventListener('securitypolicyviolation', (event) => resolve(event.effectiveDirective))
        fetch('https://example.com/').catch(() => {})
      }),
  )
  expect(await blocked).toBe('connect-src')
  await button(page, START.runSample).click()
  await page.getByRole('heading', { name: CHECK.title }).waitFor({ timeout: WORK_MS })
  await idle(page)
  await watched.close()
})

test('a newer app waits for a press; one with a byte that is not in its list is refused, and the old one stays', async () => {
  const old = listIn(DIST)
  const { host, watched } = await install(DIST)
  const { page } = watched
  const before = await icon(watched)

  const spoilt = await move(host, await versionOf('0.2.0', '<svg>evil</svg>', '<svg>good</svg> '))
  await page.reload()
  await page.locator('[data-code="release/file-changed"]').waitFor({ timeout: WORK_MS })
  expect(await icon(watched)).toBe(before)

  const older = await move(spoilt, await versionOf('0.0.1', '<svg>old</svg>'))
  await page.reload()
  await page.locator('[data-code="release/older"]').waitFor({ timeout: WORK_MS })
  expect(await icon(watched)).toBe(before)

  const newer = await move(older, await versionOf('0.2.0', '<svg>new</svg>'))
  await page.reload()
  await button(page, RELEASE.use).waitFor({ timeout: WORK_MS })
  expect(await icon(watched)).toBe(before)
  await Promise.all([page.waitForEvent('load'), button(page, RELEASE.use).click()])
  expect(await icon(watched)).toBe('<svg>new</svg>')
  expect(old.version).not.toBe('0.2.0')
  await newer.close()
  await watched.close()
})

test('two builds of the same sources are the same to the byte', async () => {
  const again = join(base, 'again')
  await buildInto(again)
  expect(listIn(again)).toEqual(listIn(DIST))
  expect(listIn(again).files.length).toBeGreaterThan(30)
})

test('every file that is built is in the list, with its digest', async () => {
  const { files, digest, signature } = listIn(DIST)
  expect(await releaseDigest(listIn(DIST))).toBe(digest)
  expect(signature).toBeNull()
  for (const { path, sha256: listed } of files)
    expect(await sha256(new Uint8Array(readFileSync(join(DIST, path)))), path).toBe(listed)
})
