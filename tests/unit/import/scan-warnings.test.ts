import { expect, test } from 'vitest'
import { groupSeries } from '../../../src/import/dicom-series.ts'
import { readImageTags } from '../../../src/import/dicom-tags.ts'
import { warningsOf } from '../../../src/import/scan-warnings.ts'
import { noteText } from '../../../src/ui/scan.en.ts'
import { type DicomOptions, dicomStack, str } from '../../support/scan-files.ts'

const warnings = (o: DicomOptions) => {
  const files = dicomStack(3, 1, o).map((bytes, file) => {
    const tags = readImageTags(bytes, { fileBytes: bytes.length, inflate: () => new Uint8Array() })
    if (tags === null || tags === 'not-an-image') throw new Error(String(tags))
    return { file, tags }
  })
  const [group] = groupSeries(files)
  if (!group) throw new Error('no series')
  return warningsOf(group)
}
const burnedIn = (value: string) => ({ '0028,0301': str(0x0028, 0x0301, 'CS', value) })
const capture = { '0008,0016': str(0x0008, 0x0016, 'UI', '1.2.840.10008.5.1.4.1.1.7') }
const bodyPart = (value: string) => ({ '0018,0015': str(0x0018, 0x0015, 'CS', value) })

test.each<[string, DicomOptions, string[]]>([
  ['a plain series', {}, []],
  ['words drawn in, as stated', { also: burnedIn('YES') }, ['burned-in-text']],
  ['a secondary capture', { also: capture }, ['burned-in-text-possible']],
  ['a secondary capture said to be clean', { also: { ...capture, ...burnedIn('NO') } }, []],
  ['images of a workstation', { imageType: 'DERIVED\\SECONDARY' }, ['derived-images', 'burned-in-text-possible']],
  ['a head', { also: bodyPart('HEAD') }, ['face-recognisable']],
  ['a brain', { also: bodyPart('BRAIN') }, ['face-recognisable']],
  ['a knee', { also: bodyPart('KNEE') }, []],
  ['MONOCHROME1 of an MR', { photometric: 'MONOCHROME1', modality: 'MR' }, ['inverted-monochrome1']],
  ['MONOCHROME1 of a CT', { photometric: 'MONOCHROME1' }, ['monochrome1-kept']],
  ['no scale on a CT', { also: { '0028,1052': null, '0028,1053': null } }, ['hu-scale-missing']],
  ['no scale on an MR', { modality: 'MR', also: { '0028,1052': null, '0028,1053': null } }, []],
  ['loss', { also: { '0028,2110': str(0x0028, 0x2110, 'CS', '01') } }, ['lossy-compressed']],
])('%s', (_, o, expected) => {
  expect(warnings(o)).toEqual(expected)
  // Each has a sentence of its own, not only its name spaced out.
  for (const note of expected) expect(noteText(note).length).toBeGreaterThan(note.length + 10)
})
