import { expect, test } from 'vitest'
import { allReleases, releaseOf, releaseRows, scanOf } from '../../../src/app/find-release.ts'
import type { Workers } from '../../../src/app/workers.ts'
import type { TraceEntry } from '../../../src/trace/chain.ts'

const at = (seq: number, stage: string, inputs: string[], output: string, params = {}): TraceEntry => ({
  ...{ seq, stage, version: 1, params, inputDigests: inputs, outputDigest: output, backend: 'cpu', adapter: '' },
  ...{ ms: 1, at: `2026-11-26T00:00:0${seq}.000Z`, prev: '' },
})

const CODE = '7K3MQ-2XA9B'
const TRACE = [
  at(0, 'scan', [], 'scan'),
  at(1, 'surface', ['scan'], 'mesh'),
  at(2, 'check', ['mesh', 'mesh'], 'found'),
  at(3, 'export', ['mesh', 'found'], 'file-1', { traceId: 'AAAAA-AAAAA', format: '3mf' }),
  at(4, 'emboss', ['mesh'], 'marked', { lines: [`ID ${CODE}`, 'rev 1'] }),
  at(5, 'check', ['marked', 'marked'], 'found-2'),
  at(6, 'export', ['marked', 'found-2'], 'file-2', { traceId: 'BBBBB-BBBBB', format: '3mf' }),
  at(7, 'export', ['marked', 'found-2'], 'file-3', { traceId: 'BBBBB-BBBBB', format: 'stl' }),
]
const ROWS = releaseRows({ id: 'case-1', pseudonym: 'Heron 4172', trace: TRACE })

test('each release is told with its files, when it was first saved, and what stands on the part', () => {
  expect(ROWS).toMatchObject([
    {
      ...{ traceId: 'BBBBB-BBBBB', writtenIds: [CODE], scan: 'scan', at: '2026-11-26T00:00:06.000Z' },
      files: [
        { format: '3mf', digest: 'file-2' },
        { format: 'stl', digest: 'file-3' },
      ],
    },
    { traceId: 'AAAAA-AAAAA', writtenIds: [], scan: 'scan', files: [{ format: '3mf', digest: 'file-1' }] },
  ])
})

test('a release is found by its own id, or by the id that stands on the part', () => {
  expect(releaseOf(ROWS, 'AAAAA-AAAAA')?.files).toHaveLength(1)
  expect(releaseOf(ROWS, CODE)?.traceId).toBe('BBBBB-BBBBB')
  expect(releaseOf(ROWS, 'CCCCC-CCCCC')).toBeNull()
})

test('the scan of a crooked stack is what was made of it', () => {
  expect(scanOf([at(0, 'scan', [], 'bent'), at(1, 'straighten', ['bent'], 'even')])).toBe('even')
  expect(scanOf([])).toBe('')
})

test('every readable case of the vault is looked through; a damaged one is passed over', async () => {
  const api = {
    listCases: () => [
      { id: 'case-1', unreadable: null },
      { id: 'case-2', unreadable: 'damaged' },
    ],
    openCase: (id: string) => {
      if (id !== 'case-1') throw new Error('a damaged case was opened')
      return { id, meta: { pseudonym: 'Heron 4172' }, trace: TRACE }
    },
  }
  const vault = { call: async (work: (remote: typeof api) => unknown) => work(api) }
  expect(await allReleases({ vault } as unknown as Workers)).toEqual(ROWS)
})
