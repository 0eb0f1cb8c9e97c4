import { expect, test, vi } from 'vitest'
import { Jobs } from '../../../src/app/jobs.svelte.ts'
import { releasesOf } from '../../../src/app/known-releases.ts'
import { FileVerifier } from '../../../src/app/verify-file.svelte.ts'
import { createWorkers } from '../../../src/app/workers.ts'
import type { AssetInfo, AssetType, CaseRecord } from '../../../src/vault/case.ts'

/** A file that was written: under which trace id, its kind, its digest, and the slot it is kept in if it still is. */
type Written = readonly [traceId: string, format: string, digest: string, slot: string | null]

function recordOf(written: readonly Written[]): CaseRecord {
  const kept = written.flatMap(([, format, digest, slot]) => (slot === null ? [] : [{ format, digest, slot }]))
  const trace = [
    { stage: 'check', params: { traceId: 'no export' }, outputDigest: 'c' },
    ...written.map(([traceId, format, digest]) => ({
      ...{ stage: 'export', params: { format, traceId }, outputDigest: digest },
    })),
  ]
  return {
    id: 'case 1',
    meta: { pseudonym: 'Amber Heron' },
    trace,
    assets: kept.map(({ format, digest }) => ({
      id: `id of ${digest}`,
      type: `export-${format}` as AssetType,
      digest,
    })),
    state: { assets: Object.fromEntries(kept.map(({ slot, digest }) => [slot, `id of ${digest}`])) },
  } as unknown as CaseRecord
}
const filesOf = (written: readonly Written[]) =>
  releasesOf(recordOf(written)).map(({ traceId, fileDigests, kept }) => [traceId, fileDigests, kept])
const kept = (digest: string, fileName: string) => ({ assetId: `id of ${digest}` as AssetInfo['id'], fileName })

test('of several files with the same part one is read, and all are known', () => {
  const written: Written[] = [
    ['A', 'stl', 's', 'export-stl'],
    ['A', '3mf', 'm', 'export-3mf'],
  ]
  expect(filesOf(written)).toEqual([['A', ['s', 'm'], kept('m', 'part.3mf')]])
})

test('of a part in several files each body is read', () => {
  const written: Written[] = [1, 2].map((n) => ['A', 'stl', `s${n}`, `export-stl/${n}`])
  expect(filesOf(written)).toEqual([
    ['A', ['s1', 's2'], kept('s1', 'part.stl')],
    ['A', ['s1', 's2'], kept('s2', 'part.stl')],
  ])
})

test('a file that a newer one replaced is known by its digest alone, and the newest release comes first', () => {
  const written: Written[] = [
    ['A', 'stl', 'old', null],
    ['B', 'stl', 'new', 'export-stl'],
    ['B', 'dicom-stl', 'd', 'export-dicom-stl'],
  ]
  expect(filesOf(written)).toEqual([
    ['B', ['new', 'd'], kept('new', 'part.stl')],
    ['A', ['old'], null],
  ])
})

/** A verifier whose vault holds one case, and what its workers were asked. */
function verifierOf(isOpen: boolean) {
  const workers = createWorkers()
  const record = recordOf([['A', 'stl', 's', 'export-stl']])
  const listCases = vi.fn(() => [
    { id: 'case 1', unreadable: null },
    { id: 'case 2', unreadable: 'damaged' },
  ])
  const vault = { listCases, openCase: () => record }
  const verifyFile = vi.fn((_file: Blob, _name: string, sent: readonly { readonly traceId: string }[]) => ({
    verdict: sent[0]
      ? { verdict: 'unchanged', traceId: sent[0].traceId, by: 'file' }
      : { verdict: 'not-ours', claimed: null, share: 0 },
    part: null,
  }))
  vi.spyOn(workers.vault, 'call').mockImplementation(async (work) => work(vault as never))
  vi.spyOn(workers.measure, 'call').mockImplementation(async (work) => work({ verifyFile } as never))
  return { verifier: new FileVerifier({ workers, jobs: new Jobs() }, () => isOpen), listCases, verifyFile }
}

test('a file is held against what left every readable case, and the verdict names the case', async () => {
  const { verifier, verifyFile } = verifierOf(true)
  await verifier.verify(new File(['x'], 'back.stl'))
  expect(verifyFile.mock.calls[0]?.[2]).toEqual([{ traceId: 'A', fileDigests: ['s'], fileName: 'part.stl' }])
  expect(verifier.found).toMatchObject({ fileName: 'back.stl', from: 'Amber Heron', releases: 1 })
  verifier.forget()
  expect(verifier.found).toBeNull()
})

test('without an open vault nothing is asked of it', async () => {
  const { verifier, listCases } = verifierOf(false)
  await verifier.verify(new File(['x'], 'back.stl'))
  expect(listCases).not.toHaveBeenCalled()
  expect(verifier.found).toMatchObject({ from: null, releases: null, verdict: { verdict: 'not-ours' } })
})
