// @ts-check

/** The text of public/_headers: one block for every path, as static hosts read it. */
export function renderHeaders(/** @type {Record<string, string>} */ headers) {
  const lines = Object.entries(headers).map(([name, value]) => `  ${name}: ${value}`)
  return ['# Written from config/headers.ts by the build. Do not edit.', '/*', ...lines, ''].join('\n')
}

/**
 * Reads the `/*` block of a _headers file.
 * @param {string} text
 * @returns {Record<string, string>}
 */
export function parseHeaders(text) {
  /** @type {Record<string, string>} */
  const headers = {}
  let inBlock = false
  for (const line of text.split(/\r?\n/)) {
    if (line.trim() === '' || line.startsWith('#')) continue
    const indented = /^\s/.test(line)
    if (!indented) inBlock = line.trim() === '/*'
    const colon = line.indexOf(':')
    if (indented && inBlock && colon > 0) headers[line.slice(0, colon).trim()] = line.slice(colon + 1).trim()
  }
  return headers
}
