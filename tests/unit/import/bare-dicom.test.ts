import { expect, test, vi } from 'vitest'
import { IDLE_CONTEXT } from '../../../src/core/stage.ts'
import { missingHead } from '../../../src/import/bare-dicom.ts'
import { scanFiles } from '../../../src/import/scan.io.ts'
import { sniff } from '../../../src/import/sniff.ts'
import { ascii, dicomStack, gzipped, joined, mhaFile, niftiFile, nrrdFile } from '../../support/scan-files.ts'

vi.mock('../../../src/import/itk.io.ts', () => import('../../support/stand-in-decoder.ts'))

/** The data set of a file, behind its meta header. */
function body(file: Uint8Array): Uint8Array<ArrayBuffer> {
  const metaBytes = new DataView(file.buffer, file.byteOffset).getUint32(140, true)
  return file.slice(144 + metaBytes)
}
/** Explicit elements of plain types written without their VR. */
function implicit(set: Uint8Array): Uint8Array<ArrayBuffer> {
  const view = new DataView(set.buffer, set.byteOffset, set.byteLength)
  const parts: Uint8Array[] = []
  for (let at = 0; at < set.length; ) {
    const isLong = String.fromCharCode(set[at + 4] ?? 0, set[at + 5] ?? 0) === 'OW'
    const length = isLong ? view.getUint32(at + 8, true) : view.getUint16(at + 6, true)
    const from = at + (isLong ? 12 : 8)
    parts.push(set.slice(at, at + 4), new Uint8Array(Uint32Array.of(length).buffer), set.slice(from, from + length))
    at = from + length
  }
  return joined(parts)
}
const series = dicomStack(4, 1.5)
const expected = series.flatMap((_, k) => Array.from({ length: 16 }, (__, n) => 100 * k + n))

test.each([
  ['without preamble, with its meta header', (file: Uint8Array) => file.slice(132)],
  ['a bare data set, explicit', body],
  ['a bare data set, implicit', (file: Uint8Array) => implicit(body(file))],
] as const)('%s: the series is read whole', async (_, cut) => {
  const files = series.map((file, n) => ({ path: `${n}`, file: new Blob([cut(file) as Uint8Array<ArrayBuffer>]) }))
  const found = await scanFiles(files, IDLE_CONTEXT)
  expect(found.map(({ info }) => [info.source, info.slices, info.problem])).toEqual([['dicom', 4, null]])
  const imported = await found[0]?.load(IDLE_CONTEXT, () => {})
  expect([...(imported?.volume.data ?? [])]).toEqual(expected)
  expect(imported?.passport.spacingMm).toEqual([1, 1, 1.5])
  expect(JSON.stringify([found[0]?.info, imported?.passport])).not.toContain('SECRET')
})

test.each([
  ['a whole DICOM file', series[0] as Uint8Array<ArrayBuffer>],
  ['NIfTI', niftiFile()],
  ['NRRD', nrrdFile()],
  ['MHA', mhaFile()],
  ['gzip', gzipped(niftiFile())],
  ['text', ascii('hello '.repeat(50))],
  ['zeros', new Uint8Array(500)],
  ['the first bytes alone', body(series[0] as Uint8Array).slice(0, 12)],
  [
    'random bytes behind a likely tag',
    Uint8Array.from({ length: 300 }, (_, n) => (n === 0 ? 8 : n < 4 ? 0 : (n * 7919) & 255)),
  ],
])('%s does not pass for a bare data set', (_, bytes) => {
  expect(missingHead(bytes)).toBeNull()
  expect(sniff(bytes)).not.toBe('bare-dicom')
})
