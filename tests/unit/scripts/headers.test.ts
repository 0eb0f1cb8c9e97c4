import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { csp, pathHeaders, SEALED_FOLDER, securityHeaders } from '../../../config/headers.ts'
import { headersFor, parseHeaders, renderHeaders } from '../../../scripts/lib/headers.mjs'

test('public/_headers says what config/headers.ts says', () => {
  const text = readFileSync(new URL('../../../public/_headers', import.meta.url), 'utf8')
  expect(text).toBe(renderHeaders(securityHeaders, pathHeaders))
  expect(parseHeaders(text)).toEqual({ '/*': securityHeaders, ...pathHeaders })
})

test('a path has the headers of every block it lies under, a later one over an earlier one', () => {
  const text = '# note\n/*\n  X-One: a: b\n  X-Two: c\n\n/assets/*\n  X-Two: d\n/other\n  X-Three: e\n'
  const blocks = parseHeaders(text)
  expect(headersFor(blocks, '/')).toEqual({ 'X-One': 'a: b', 'X-Two': 'c' })
  expect(headersFor(blocks, '/assets/a/b.js')).toEqual({ 'X-One': 'a: b', 'X-Two': 'd' })
  expect(headersFor(blocks, '/other')).toEqual({ 'X-One': 'a: b', 'X-Two': 'c', 'X-Three': 'e' })
  expect(headersFor(blocks, '/other/more')).toEqual({ 'X-One': 'a: b', 'X-Two': 'c' })
  expect(parseHeaders('')).toEqual({})
})

test('a worker that needs no network has the policy of the page but for the network', () => {
  const blocks = parseHeaders(renderHeaders(securityHeaders, pathHeaders))
  const policy = headersFor(blocks, `/${SEALED_FOLDER}vault.worker-x.js`)['Content-Security-Policy']
  expect(policy).toBe(csp.replace("connect-src 'self'", "connect-src 'none'"))
  expect(policy).not.toBe(csp)
})
