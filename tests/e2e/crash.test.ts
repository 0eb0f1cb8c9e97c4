import { expect, test } from 'vitest'
import { ensureChromium } from '../../scripts/lib/chromium.mjs'
import { crashCycles } from '../../scripts/lib/crash.mjs'
import { showFigures } from '../support/figures.ts'

/** The evidence asks for 100. */
const CYCLES = Number(process.env.PROOFPRINT_CRASH_CYCLES ?? 5)

test('killed in the middle of storing: nothing torn, nothing lost that was said to be stored', async () => {
  const { path } = await ensureChromium()
  const result = await crashCycles({ chromiumPath: path, cycles: CYCLES })
  expect(result).toMatchObject({ cycles: CYCLES, torn: 0, lost: 0 })
  expect(result.acknowledged).toBeGreaterThan(CYCLES)
  const { torn, lost, acknowledged } = result
  showFigures('T10', { kills: CYCLES, torn, 'acknowledged steps': acknowledged, 'of them lost': lost })
}, 900_000)

test('a piece that is missing is seen', async () => {
  const { path } = await ensureChromium()
  // A kill may come before the first step is stored: then there is no piece to take.
  expect((await crashCycles({ chromiumPath: path, cycles: 4, spoil: true })).torn).toBeGreaterThan(0)
})
