import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test, vi } from 'vitest'
import { PipelineError } from '../../src/core/errors.ts'
import { IDLE_CONTEXT } from '../../src/core/stage.ts'
import { scanFiles } from '../../src/import/scan.io.ts'

vi.mock('../../src/import/itk.io.ts', () => import('../support/stand-in-decoder.ts'))

const folder = fileURLToPath(new URL('../../../shared/data/malformed_made/', import.meta.url))
const names = existsSync(folder) ? readdirSync(folder).filter((n) => !n.endsWith('.md')) : []
if (names.length === 0) console.info('malformed_made is absent: its files are not tried')

/** What may be read: header fuzz that leaves a lawful header over the right voxels. */
const MAY_BE_READ = /^nii_fuzz_/

test('every malformed file is refused with a code or read', async () => {
  for (const name of names) {
    const file = new Blob([readFileSync(folder + name)])
    try {
      const found = await scanFiles([{ path: name, file }], IDLE_CONTEXT)
      const imported = await found[0]?.load(IDLE_CONTEXT, () => {})
      expect(name).toMatch(MAY_BE_READ)
      expect(imported?.passport.range, name).toEqual([0, 63])
    } catch (error) {
      expect(error, name).toBeInstanceOf(PipelineError)
    }
  }
})
