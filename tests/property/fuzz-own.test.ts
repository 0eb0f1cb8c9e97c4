import { test } from 'vitest'
import { OWN_FUZZERS } from './fuzz/own-fuzzers.ts'

test.each(Object.keys(OWN_FUZZERS))('%s gives a value or a code, and soon, whatever it is given', async (parser) => {
  for (const fuzz of new Set(OWN_FUZZERS[parser])) await fuzz()
})
