import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { securityHeaders } from '../../../config/headers.ts'
import { parseHeaders, renderHeaders } from '../../../scripts/lib/headers.mjs'

test('public/_headers says what config/headers.ts says', () => {
  const text = readFileSync(new URL('../../../public/_headers', import.meta.url), 'utf8')
  expect(text).toBe(renderHeaders(securityHeaders))
  expect(parseHeaders(text)).toEqual(securityHeaders)
})

test('only the block for every path is read', () => {
  const text = '# note\n/assets/*\n  Cache-Control: immutable\n\n/*\n  X-One: a: b\n/other\n  X-Two: c\n'
  expect(parseHeaders(text)).toEqual({ 'X-One': 'a: b' })
  expect(parseHeaders('')).toEqual({})
})
