import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { pathHeaders, SEALED_FOLDER, securityHeaders } from '../../../config/headers.ts'
import { renderHeaders } from '../../../scripts/lib/headers.mjs'
import { serve } from '../../../scripts/serve.mjs'

const base = mkdtempSync(join(tmpdir(), 'serve-'))
const dist = join(base, 'dist')
const LARGE = 17 << 20
let app: Awaited<ReturnType<typeof serve>>

beforeAll(async () => {
  mkdirSync(join(dist, 'vendor/itk'), { recursive: true })
  writeFileSync(join(base, 'secret.txt'), 'secret')
  symlinkSync(join(base, 'secret.txt'), join(dist, 'link.txt'))
  writeFileSync(join(dist, '_headers'), renderHeaders(securityHeaders, pathHeaders))
  mkdirSync(join(dist, SEALED_FOLDER), { recursive: true })
  writeFileSync(join(dist, SEALED_FOLDER, 'a.js'), 'x')
  writeFileSync(join(dist, 'index.html'), '<!doctype html><title>x</title>')
  writeFileSync(join(dist, 'wipe.html'), '<!doctype html>')
  writeFileSync(join(dist, 'with space.svg'), '<svg/>')
  writeFileSync(join(dist, 'large.wasm'), new Uint8Array(LARGE).fill(7))
  for (const name of ['a.js', 'a.wasm', 'a.wasm.zst', 'a.woff2']) writeFileSync(join(dist, 'vendor/itk', name), 'x')
  app = await serve(dist)
})

afterAll(async () => {
  await app.close()
  rmSync(base, { recursive: true })
})

/** fetch() tidies `..` away before it asks; a socket does not. Gives the whole answer. */
function raw(path: string, method = 'GET'): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(app.port, '127.0.0.1', () => socket.write(`${method} ${path} HTTP/1.0\r\n\r\n`))
    let text = ''
    socket.on('data', (chunk) => {
      text += chunk
    })
    socket.on('error', reject)
    socket.on('close', () => resolve(text))
  })
}

test.each([
  ['', 'text/html; charset=utf-8'],
  ['index.html?a=1', 'text/html; charset=utf-8'],
  ['vendor/itk/a.js', 'text/javascript; charset=utf-8'],
  ['vendor/itk/a.wasm', 'application/wasm'],
  ['vendor/itk/a.wasm.zst', 'application/octet-stream'],
  ['vendor/itk/a.woff2', 'font/woff2'],
  ['with%20space.svg', 'image/svg+xml'],
])('%s is served as %s', async (path, type) => {
  const response = await fetch(app.url + path)
  expect(response.status).toBe(200)
  expect(response.headers.get('content-type')).toBe(type)
})

test.each([
  ['', 'GET', 200],
  ['vendor/itk/a.wasm', 'HEAD', 200],
  ['large.wasm', 'HEAD', 200],
  ['missing', 'GET', 404],
  ['', 'POST', 405],
])('the security headers are on %s %s (%i)', async (path, method, status) => {
  const response = await fetch(app.url + path, { method })
  expect(response.status).toBe(status)
  expect(Object.fromEntries(Object.keys(securityHeaders).map((name) => [name, response.headers.get(name)]))).toEqual(
    securityHeaders,
  )
})

test('the wipe page erases for who asks for it here, and not for a link on another site', async () => {
  const header = async (site: string) =>
    (await fetch(`${app.url}wipe`, { headers: { 'Sec-Fetch-Site': site } })).headers.get('clear-site-data')
  for (const site of ['none', 'same-origin']) expect(await header(site)).toBe('"storage", "cache"')
  for (const site of ['cross-site', 'same-site']) expect(await header(site)).toBeNull()
  expect((await fetch(app.url)).headers.get('clear-site-data')).toBeNull()
})

test('a path with headers of its own has them in place of those of every path', async () => {
  const policy = async (path: string) => (await fetch(app.url + path)).headers.get('content-security-policy')
  expect(await policy(`${SEALED_FOLDER}a.js`)).toContain("connect-src 'none'")
  expect(await policy('vendor/itk/a.js')).toContain("connect-src 'self'")
})

test.each([
  '/../secret.txt',
  '/%2e%2e/secret.txt',
  '/..%2fsecret.txt',
  '/vendor/../../secret.txt',
  '//secret.txt',
  '/link.txt',
  '/%',
  '/%00',
  '/_headers',
  '/vendor',
])('%s is not found', async (path) => {
  const answer = await raw(path)
  expect(answer).toMatch(/^HTTP\/1\.1 404 /)
  expect(answer).not.toContain('secret')
})

test('a file too large for memory arrives whole', async () => {
  const bytes = new Uint8Array(await (await fetch(`${app.url}large.wasm`)).arrayBuffer())
  expect(bytes.length).toBe(LARGE)
  expect(bytes.every((byte) => byte === 7)).toBe(true)
})

test('a taken port is a sentence', async () => {
  await expect(serve(dist, app.port)).rejects.toMatchObject({ code: 'serve/port' })
})

test('a build without security headers is not served', async () => {
  await expect(serve(join(dist, 'vendor'))).rejects.toMatchObject({ code: 'serve/no-headers' })
})
