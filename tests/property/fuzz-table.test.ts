import { expect, test, vi } from 'vitest'
import { IMPORT_FUZZERS } from './fuzz/import-fuzzers.ts'
import { OWN_FUZZERS } from './fuzz/own-fuzzers.ts'

vi.mock('../../src/import/itk.io.ts', () => import('../support/stand-in-decoder.ts'))

/** What shows that a file takes foreign bytes, text or stored values apart. */
const READS =
  /new DataView\(|JSON\.parse|parsedJson\(|TextDecoder|\.exec\(|\.matchAll\(|\.split\(|parseDicom|new (Inflate|DecompressionStream)\(|hasFields\(|parseFloat/

/** Files with such a mark that read nothing of the kind, and why. */
const NO_PARSERS: Readonly<Record<string, string>> = {
  'app/approval.ts': 'a guard of the stored case, fuzzed with app/case-state.ts',
  'app/body-marks.ts': 'a guard of the stored case, fuzzed with app/case-state.ts',
  'vault/handed-over.ts': 'a guard of what is printed, fuzzed with app/print-records.ts',
  'app/known-releases.ts': 'splits the name of a slot of its own',
  'app/ledger-row.ts': 'a guard of the stored case, fuzzed with app/case-state.ts',
  'app/part-history.ts': 'guards of the stored case, fuzzed with app/case-state.ts',
  'app/replays.svelte.ts': 'takes what isReplayResult of trace/replay-result.ts lets through, fuzzed there',
  'core/shape.ts': 'the guards themselves: each parser is fuzzed through them',
  'export/dicom-write.ts': 'writes',
  'export/handover/kept.ts': 'what print-station.ts, received.ts and signers.ts read by, fuzzed with them',
  'export/handover/words.ts': 'splits its own list of words',
  'export/nifti.ts': 'writes',
  'export/pdf-flow.ts': 'splits its own words into lines',
  'export/ply.ts': 'writes',
  'export/secure-content/check.io.ts': 'splits a place of its own',
  'export/stl.ts': 'writes',
  'export/threemf.ts': 'writes',
  'import/pixel-file.ts': 'writes',
  'infer/session.io.ts': 'finds an operator in a sentence of the runtime',
  'trace/log-end.ts': 'guards of what audit-lines.ts, case-seals.ts and bundle-read.ts read, fuzzed with them',
  'trace/trace-id.ts': 'takes a digest apart that it has just made',
  'vault/pseudonym.ts': 'splits its own list of words',
}
const FUZZED = Object.keys({ ...IMPORT_FUZZERS, ...OWN_FUZZERS })

const sources = import.meta.glob('../../src/**/*.ts', { query: '?raw', import: 'default', eager: true }) as Record<
  string,
  string
>
const withoutComments = (code: string) => code.replace(/\/\*[\s\S]*?\*\/|(?<!:)\/\/.*/g, '')

/** Files that read, and are neither fuzzed nor excused. The screen reads nothing but its own words. */
const unfuzzed = (files: Readonly<Record<string, string>>) =>
  Object.entries(files)
    .map(([path, code]) => [path.replace('../../src/', ''), code] as const)
    .filter(([path, code]) => !path.startsWith('ui/') && READS.test(withoutComments(code)))
    .map(([path]) => path)
    .filter((path) => !FUZZED.includes(path) && !(path in NO_PARSERS))

test('every parser of the project has a fuzzer', () => {
  expect(unfuzzed(sources)).toEqual([])
})

test('a parser without one is found', () => {
  const added = {
    '../../src/import/new-header.ts': 'export const read = (b: ArrayBuffer) => new DataView(b).getInt8(0)',
  }
  expect(unfuzzed({ ...sources, ...added })).toEqual(['import/new-header.ts'])
})

test('no fuzzer and no excuse outlives its file', () => {
  const there = Object.keys(sources).map((path) => path.replace('../../src/', ''))
  expect([...FUZZED, ...Object.keys(NO_PARSERS)].filter((path) => !there.includes(path))).toEqual([])
})
