import { test, vi } from 'vitest'
import { IMPORT_FUZZERS } from './fuzz/import-fuzzers.ts'

vi.mock('../../src/import/itk.io.ts', () => import('../support/stand-in-decoder.ts'))

test.each(Object.keys(IMPORT_FUZZERS))('%s gives a value or a code, and soon, whatever it is given', async (parser) => {
  for (const fuzz of new Set(IMPORT_FUZZERS[parser])) await fuzz()
})
