// @ts-check

/** @typedef {Record<string, string>} Headers */

const EVERY_PATH = '/*'

/**
 * The text of public/_headers, as static hosts read it: a block for every path, then one for each path with its own.
 * @param {Headers} headers of every path
 * @param {Record<string, Headers>} [byPath]
 */
export function renderHeaders(headers, byPath = {}) {
  const blocks = Object.entries({ [EVERY_PATH]: headers, ...byPath }).flatMap(([path, own]) => [
    path,
    ...Object.entries(own).map(([name, value]) => `  ${name}: ${value}`),
  ])
  return ['# Written from config/headers.ts by the build. Do not edit.', ...blocks, ''].join('\n')
}

/**
 * Reads a _headers file.
 * @param {string} text
 * @returns {Record<string, Headers>} the headers of each path, in the order of the file
 */
export function parseHeaders(text) {
  /** @type {Record<string, Headers>} */
  const blocks = {}
  /** @type {Headers} */
  let block = {}
  for (const line of text.split(/\r?\n/)) {
    if (line.trim() === '' || line.startsWith('#')) continue
    const colon = line.indexOf(':')
    if (!/^\s/.test(line)) {
      block = blocks[line.trim()] ?? {}
      blocks[line.trim()] = block
    } else if (colon > 0) block[line.slice(0, colon).trim()] = line.slice(colon + 1).trim()
  }
  return blocks
}

/**
 * The headers of one path: those of every block it lies under, a later block over an earlier one.
 * @param {Record<string, Headers>} blocks
 * @param {string} path
 * @returns {Headers}
 */
export function headersFor(blocks, path) {
  const under = (/** @type {string} */ rule) =>
    rule.endsWith('*') ? path.startsWith(rule.slice(0, -1)) : path === rule
  return Object.assign({}, ...Object.entries(blocks).map(([rule, headers]) => (under(rule) ? headers : {})))
}
