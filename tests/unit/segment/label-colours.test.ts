import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { LABEL_HEX, labelHex } from '../../../src/segment/label-colours.ts'

test('controls show the colours that slices, bodies and files have', () => {
  const css = readFileSync('src/ui/tokens.css', 'utf8')
  const inCss = [...css.matchAll(/^ *--label-(\d+): (#[0-9a-f]{6});/gm)].map(([, n, hex]) => [Number(n), hex])
  expect(inCss).toEqual(LABEL_HEX.map((hex, n) => [n + 1, hex]))
  expect([labelHex(1), labelHex(9)]).toEqual([LABEL_HEX[0], '#ffffff'])
})
