// @ts-check
import { createReadStream, existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { headersFor, parseHeaders } from './lib/headers.mjs'
import { PLAIN_TEXT, typeOf } from './lib/media-types.mjs'
import { Problem } from './lib/problem.mjs'

/** @typedef {{ url: string, port: number, close: () => Promise<void> }} Served */
/** @typedef {{ path: string, size: number, type: string, bytes: Buffer | null }} Entry */

const IN_MEMORY_BYTES = 16 << 20

/**
 * Serves a built app on 127.0.0.1, every response with the headers that its _headers file has for the path.
 * The list of files is taken once: a path not in it (`..`, a link out of the folder) does not exist, and a rebuild
 * under an open page cannot mix two builds.
 * @param {string} dir
 * @param {number} [port] 0 takes any free one
 * @returns {Promise<Served>}
 */
export async function serve(dir, port = 0) {
  const blocks = readHeaders(dir)
  const entries = listEntries(dir)
  const server = createServer((request, response) => {
    const path = pathOf(request.url ?? '/')
    const headers = headersFor(blocks, path)
    // A link on another site must not erase what somebody keeps here.
    if (/^(cross|same)-site$/.test(String(request.headers['sec-fetch-site']))) delete headers['Clear-Site-Data']
    const answer = (/** @type {number} */ status, /** @type {string} */ text, more = {}) => {
      const body = Buffer.from(`${text}\n`)
      const type = { 'Content-Type': PLAIN_TEXT, 'Content-Length': body.length }
      response.writeHead(status, { ...headers, ...type, ...more }).end(request.method === 'HEAD' ? undefined : body)
    }
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      answer(405, 'Only GET and HEAD.', { Allow: 'GET, HEAD' })
      return
    }
    const entry = entries.get(path)
    if (!entry) {
      answer(404, 'Not found.')
      return
    }
    const type = { 'Content-Type': entry.type, 'Content-Length': entry.size, 'Cache-Control': 'no-cache' }
    response.writeHead(200, { ...headers, ...type })
    if (request.method === 'HEAD') response.end()
    else if (entry.bytes) response.end(entry.bytes)
    else
      createReadStream(entry.path)
        .on('error', () => response.destroy())
        .pipe(response)
  })
  await listen(server, port)
  const address = server.address()
  const bound = typeof address === 'object' && address ? address.port : port
  const close = () =>
    new Promise((/** @type {(value: void) => void} */ resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  return { url: `http://127.0.0.1:${bound}/`, port: bound, close }
}

function readHeaders(/** @type {string} */ dir) {
  const file = join(dir, '_headers')
  const blocks = existsSync(file) ? parseHeaders(readFileSync(file, 'utf8')) : {}
  if (headersFor(blocks, '/')['Content-Security-Policy']) return blocks
  throw new Problem('serve/no-headers', 'The built app has no security headers (_headers), so it is not served.')
}

/** URL path to file, for regular files only: links are left out. */
function listEntries(/** @type {string} */ dir) {
  /** @type {Map<string, Entry>} */
  const entries = new Map()
  const walk = (/** @type {string} */ folder, /** @type {string} */ prefix) => {
    for (const item of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, item.name)
      if (item.isDirectory()) walk(path, `${prefix}${item.name}/`)
      else if (item.isFile()) entries.set(prefix + item.name, entryOf(path))
    }
  }
  walk(dir, '/')
  entries.delete('/_headers')
  const index = entries.get('/index.html')
  if (index) entries.set('/', index)
  const wipe = entries.get('/wipe.html')
  if (wipe) entries.set('/wipe', wipe)
  return entries
}

/** @returns {Entry} */
function entryOf(/** @type {string} */ path) {
  const { size } = statSync(path)
  const type = typeOf(path)
  return { path, size, type, bytes: size > IN_MEMORY_BYTES ? null : readFileSync(path) }
}

function pathOf(/** @type {string} */ url) {
  try {
    return decodeURIComponent(url.replace(/[?#].*$/, ''))
  } catch {
    return ''
  }
}

/**
 * @param {import('node:http').Server} server
 * @param {number} port
 * @returns {Promise<void>}
 */
function listen(server, port) {
  return new Promise((resolve, reject) => {
    server.once('error', (/** @type {NodeJS.ErrnoException} */ error) => {
      const taken = error.code === 'EADDRINUSE' || error.code === 'EACCES'
      reject(taken ? new Problem('serve/port', `Port ${port} cannot be used. Choose another with PORT=...`) : error)
    })
    server.listen(port, '127.0.0.1', () => resolve())
  })
}
