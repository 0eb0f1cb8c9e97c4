// @ts-check
import { parseArgs } from 'node:util'
import { ensureChromium } from './lib/chromium.mjs'
import { crashCycles } from './lib/crash.mjs'
import { Problem, runMain } from './lib/problem.mjs'
import { setup } from './setup.mjs'

await runMain(async () => {
  const { values } = parseArgs({ options: { cycles: { type: 'string', default: '100' } } })
  const cycles = Number(values.cycles)
  if (!Number.isInteger(cycles) || cycles < 1)
    throw new Problem('app/bad-parameter', '--cycles is a whole number from 1.')
  await setup()
  const { path } = await ensureChromium()
  let bad = 0
  for (const what of /** @type {const} */ (['steps', 'slots'])) {
    const result = await crashCycles({ chromiumPath: path, cycles, what })
    console.log(JSON.stringify({ what, ...result }))
    bad += result.torn + result.lost
  }
  return bad > 0 ? 1 : 0
})
