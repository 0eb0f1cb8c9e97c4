import { expect, test } from 'vitest'
import { Jobs } from '../../../src/app/jobs.svelte.ts'
import { OperatorPrints } from '../../../src/app/operator-prints.svelte.ts'
import { denied } from '../../../src/vault/roles.ts'

const FILES = [{ name: 'a.3mf', digest: 'd' }]
const ROW = { release: 'r', case: 'c', traceId: 't', at: '2026-05-01T08:00:00.000Z', files: FILES, print: null }
const PRINT = { printer: 'Form 3', material: 'Grey', at: ROW.at, by: 'o' }

/** Where an operator is in, and what the vault was asked to write down. */
function atDesk(refuses = false) {
  const asked: object[] = []
  let kept: object = ROW
  const api = {
    releasedPrints: async () => [kept],
    recordPrint: async (caseId: string, made: object) => {
      asked.push({ caseId, ...made })
      kept = { ...ROW, print: PRINT }
      if (refuses) throw denied('receipt', 'replayed')
    },
  }
  const jobs = new Jobs()
  const workers = { vault: { call: async (work: (on: typeof api) => unknown) => work(api) } }
  const people = { rows: [{ id: 'o', staff: '0104' }] }
  return { prints: new OperatorPrints({ workers, jobs, people } as never), jobs, asked }
}

test('a print is written down with all files of its release, and shown with the staff number of who did', async () => {
  const { prints, asked } = atDesk()
  await prints.load()
  expect(prints.released).toEqual([ROW])
  expect(await prints.write(ROW, { printer: ' Form 3 ', material: 'Grey' })).toBe(true)
  expect(asked).toEqual([
    {
      caseId: 'c',
      print: expect.stringMatching(/^[0-9a-f]{64}$/),
      files: ['d'],
      ...{ printer: 'Form 3', material: 'Grey' },
      judged: null,
    },
  ])
  expect(prints.released).toEqual([{ ...ROW, print: { ...PRINT, staff: '0104' } }])
  prints.forget()
  expect(prints.released).toEqual([])
})

test('without printer or material, or with too much of it, nothing is asked of the vault', async () => {
  const { prints, jobs, asked } = atDesk()
  for (const said of [
    { printer: ' ', material: 'Grey' },
    { printer: 'Form 3', material: '' },
    { printer: 'x'.repeat(81), material: 'Grey' },
    { printer: 'Form\n3', material: 'Grey' },
  ]) {
    expect(await prints.write(ROW, said)).toBe(false)
    expect(jobs.problem).toMatchObject({ code: 'app/bad-parameter' })
  }
  expect(asked).toEqual([])
})

test('refused, it says why, and shows what another tab wrote down', async () => {
  const { prints, jobs } = atDesk(true)
  await prints.load()
  expect(await prints.write(ROW, { printer: 'Form 3', material: 'Grey' })).toBe(false)
  expect(jobs.problem).toMatchObject({ code: 'vault/denied' })
  expect(prints.released[0]?.print?.staff).toBe('0104')
})
