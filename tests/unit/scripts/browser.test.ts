import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { csp, securityHeaders } from '../../../config/headers.ts'
import { renderHeaders } from '../../../scripts/lib/headers.mjs'
import { serve } from '../../../scripts/serve.mjs'
import { openBrowser, openPage } from '../../support/browser.ts'

// The watch that the journeys rely on must itself see every kind of fault, in the page and in a worker.
const dist = mkdtempSync(join(tmpdir(), 'watch-'))
const WITHOUT_TRUSTED_TYPES = csp.replace(/; require-trusted-types-for.*/, '')
let app: Awaited<ReturnType<typeof serve>>
let browser: Browser

beforeAll(async () => {
  const headers = { ...securityHeaders, 'Content-Security-Policy': WITHOUT_TRUSTED_TYPES }
  writeFileSync(join(dist, '_headers'), renderHeaders(headers))
  writeFileSync(join(dist, 'favicon.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>')
  writeFileSync(join(dist, 'index.html'), '<!doctype html><link rel="icon" href="/favicon.svg"><p>ok</p>')
  const worker = 'onmessage = async (e) => { try { await fetch(e.data) } catch {} postMessage(1) }'
  writeFileSync(join(dist, 'worker.js'), worker)
  app = await serve(dist)
  browser = await openBrowser()
})

afterAll(async () => {
  await browser.close()
  await app.close()
  rmSync(dist, { recursive: true })
})

async function watched(act: () => unknown) {
  const watch = await openPage(browser, app.url)
  await watch.page.goto('/')
  await watch.page.evaluate(act)
  await watch.page.waitForTimeout(200)
  await watch.close()
  return watch
}

test('a page that behaves is clean, and its requests are listed', async () => {
  const watch = await watched(() => fetch('/worker.js').then((response) => response.text()))
  watch.expectClean()
  expect(watch.requests).toContain(`${app.url}worker.js`)
})

test.each([
  ['a request to another origin', () => fetch('https://example.com/').catch(() => {})],
  ['an inline style', () => document.body.setAttribute('style', 'color: red')],
  ['a logged error', () => console.error('broken')],
  [
    'an uncaught error',
    () => {
      setTimeout(() => {
        throw new Error('broken')
      })
    },
  ],
  ['a missing file', () => fetch('/none').catch(() => {})],
  [
    "a worker's request to another origin",
    () =>
      new Promise((resolve) => {
        const worker = new Worker('/worker.js')
        worker.onmessage = resolve
        worker.postMessage('https://example.com/')
      }),
  ],
])('%s is caught', async (_name, act) => {
  const watch = await watched(act)
  expect(() => watch.expectClean()).toThrow()
})

test('a navigation to another origin is a request that left', async () => {
  const watch = await openPage(browser, app.url)
  await watch.page.goto('https://example.com/').catch(() => {})
  expect(watch.requests).toEqual(['https://example.com/'])
  expect(() => watch.expectClean()).toThrow()
  await watch.close()
})

test('WebGPU has an adapter', async () => {
  const watch = await openPage(browser, app.url)
  await watch.page.goto('/')
  expect(await watch.page.evaluate(async () => Boolean(await navigator.gpu?.requestAdapter()))).toBe(true)
  await watch.close()
})
