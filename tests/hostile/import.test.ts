import { describe, expect, test, vi } from 'vitest'
import { PipelineError } from '../../src/core/errors.ts'
import { IDLE_CONTEXT } from '../../src/core/stage.ts'
import { scanFiles } from '../../src/import/scan.io.ts'
import { HOSTILE_CASES, type HostileCase } from './cases.ts'

vi.mock('../../src/import/itk.io.ts', () => import('../support/stand-in-decoder.ts'))

/** Code of the first thing that goes wrong, or 'read'; anything but a PipelineError is passed on. */
async function outcome(one: HostileCase): Promise<{ code: string; series: number; message: string; said: string }> {
  const given = Object.entries(one.files()).map(([path, bytes]) => ({ path, file: new Blob([bytes]) }))
  let series = 0
  try {
    const found = await scanFiles(given, IDLE_CONTEXT)
    series = found.length
    const imported = await found[0]?.load(IDLE_CONTEXT, () => {})
    return { code: 'read', series, message: '', said: JSON.stringify([found.map((f) => f.info), imported?.passport]) }
  } catch (error) {
    if (!(error instanceof PipelineError)) throw error
    return { code: error.code, series, message: error.message, said: JSON.stringify([error.message, error.detail]) }
  }
}

describe('hostile input', () => {
  test.each(HOSTILE_CASES.map((c) => [c.name, c] as const))('%s', async (_, one) => {
    const result = await outcome(one)
    expect(result.code).toBe(one.expect)
    if (one.series !== undefined) expect(result.series).toBe(one.series)
    // A sentence a person can act on, and nothing of the patient or the file names in it.
    if (result.code !== 'read') expect(result.message).toMatch(/^[A-Z0-9].{20,}\.$/)
    expect(result.said).not.toMatch(/SECRET|1\.2\.3|scan\.nii|\.dcm/)
  })
})
