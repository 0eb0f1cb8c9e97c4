import { expect, test } from 'vitest'
import { ensureChromium } from '../../scripts/lib/chromium.mjs'
import { crashCycles } from '../../scripts/lib/crash.mjs'

// `node scripts/crash-cycles.mjs --cycles 100` is the same with the number of the evidence.
test('killed in the middle of storing, 5 times: nothing torn, nothing lost that was said to be stored', async () => {
  const { path } = await ensureChromium()
  const result = await crashCycles({ chromiumPath: path, cycles: 5 })
  expect(result).toMatchObject({ cycles: 5, torn: 0, lost: 0 })
  expect(result.acknowledged).toBeGreaterThan(5)
})

test('a piece that is missing is seen', async () => {
  const { path } = await ensureChromium()
  // A kill may come before the first step is stored: then there is no piece to take.
  expect((await crashCycles({ chromiumPath: path, cycles: 4, spoil: true })).torn).toBeGreaterThan(0)
})
