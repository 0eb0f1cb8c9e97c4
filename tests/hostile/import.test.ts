import { describe, expect, test, vi } from 'vitest'
import { PipelineError } from '../../src/core/errors.ts'
import { IDLE_CONTEXT } from '../../src/core/stage.ts'
import { type GivenFile, scanFiles } from '../../src/import/scan.io.ts'
import { peakOf } from '../support/peak-memory.ts'
import { timed } from '../support/time-taken.ts'
import { HOSTILE_CASES } from './cases.ts'

vi.mock('../../src/import/itk.io.ts', () => import('../support/stand-in-decoder.ts'))

interface Outcome {
  readonly code: string
  readonly series: number
  readonly message: string
  /** All that was said, for a person or in details. */
  readonly said: string
}

const LONGEST_MS = 2000
/** Beyond the input. */
const MOST_BYTES = 256 * 2 ** 20

/** Code of the first thing that goes wrong, or 'read'; anything but a PipelineError is passed on. */
async function outcome(given: readonly GivenFile[]): Promise<Outcome> {
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
  test('what takes too much memory is seen, the second time too', async () => {
    const greedy = async () => new Uint8Array(MOST_BYTES + 2 ** 24).fill(1).length
    for (let n = 0; n < 2; n++) expect((await peakOf(greedy)).bytes).toBeGreaterThan(MOST_BYTES)
  })
  test('there are enough of them', () => {
    const count = (kind: RegExp) => HOSTILE_CASES.filter((one) => kind.test(one.name) && one.expect !== 'read').length
    expect(count(/^DICOM/)).toBeGreaterThanOrEqual(60)
    expect(count(/^(NIfTI|NRRD|MHA)/)).toBeGreaterThanOrEqual(20)
    expect(new Set(HOSTILE_CASES.map((one) => one.name)).size).toBe(HOSTILE_CASES.length)
  })
  test.each(HOSTILE_CASES.map((c) => [c.name, c] as const))('%s', async (_, one) => {
    const given = Object.entries(one.files()).map(([path, bytes]) => ({ path, file: new Blob([bytes]) }))
    const { value, bytes } = await peakOf(() => timed(() => outcome(given)))
    const { value: result, ms } = value
    expect(ms).toBeLessThan(LONGEST_MS)
    expect(bytes).toBeLessThan(MOST_BYTES)
    expect(result.code).toBe(one.expect)
    if (one.series !== undefined) expect(result.series).toBe(one.series)
    // A sentence a person can act on, and nothing of the patient or the file names in it.
    if (result.code !== 'read') expect(result.message).toMatch(/^[A-Z0-9].{20,}\.$/)
    expect(result.said).not.toMatch(/SECRET|1\.2\.3|scan\.nii|\.dcm/)
  })
})
