import { afterEach, expect, test, vi } from 'vitest'
import { PipelineError } from '../../../src/core/errors.ts'
import { writeNiftiVolume } from '../../../src/export/nifti.ts'
import { scanFiles } from '../../../src/import/scan.io.ts'
import { encodeVolume } from '../../../src/vault/codec.ts'
import { ATTRIBUTES, CANARY, canaryOptions } from '../../support/canaries.ts'
import { type DicomOptions, dicomStack, enhancedImage, zipped } from '../../support/scan-files.ts'

const codec = vi.hoisted(() => ({ given: [] as Uint8Array[] }))
vi.mock('../../../src/import/itk.io.ts', async () => {
  const standIn = await import('../../support/stand-in-decoder.ts')
  const decodeDicom = (files: readonly Uint8Array[]) => {
    codec.given.push(...files)
    return standIn.decodeDicom(files)
  }
  return { ...standIn, decodeDicom }
})

// Attack 'canaries-past-import' of the red-team register.
const said: string[] = []
for (const name of ['log', 'info', 'warn', 'error', 'debug'] as const) {
  vi.spyOn(console, name).mockImplementation((...words) => void said.push(words.join(' ')))
}
afterEach(() => {
  codec.given.length = 0
  said.length = 0
})

const latin = (bytes: Uint8Array) => Array.from(bytes, (b) => String.fromCharCode(b)).join('')
const given = (files: readonly Uint8Array<ArrayBuffer>[]) =>
  files.map((bytes, n) => ({ path: `CANARY^NAME/CANARY-${n}.dcm`, file: new Blob([bytes]) }))

/** All that the decode worker would send, hand to the codec or log, as text. */
async function everything(files: ReturnType<typeof given>): Promise<string> {
  const ctx = {
    signal: new AbortController().signal,
    progress: (_: number, note?: string) => void said.push(note ?? ''),
  }
  const words: unknown[] = []
  try {
    const found = await scanFiles(files, ctx)
    words.push(found.map((one) => one.info))
    for (const one of found) {
      const { volume, passport } = await one.load(ctx, (grid, first) => words.push(grid, first))
      const stored = encodeVolume(volume)
      words.push(
        { ...volume, data: null },
        passport,
        stored.meta,
        ...stored.parts.map(latin),
        latin(writeNiftiVolume(volume)),
      )
    }
  } catch (error) {
    if (!(error instanceof PipelineError)) throw error
    words.push(error.code, error.message, error.detail)
  }
  return [JSON.stringify(words), ...codec.given.map(latin), ...said].join('\n')
}

test('the files are full of canaries', () => {
  expect(ATTRIBUTES.length).toBeGreaterThan(10)
  const [slice] = dicomStack(1, 1, canaryOptions())
  expect(latin(slice ?? new Uint8Array()).match(/CANARY|1\.2\.99999/g)?.length).toBeGreaterThan(ATTRIBUTES.length)
})

test.each<[string, DicomOptions]>([
  ['read', {}],
  ['read with a scale of its own', { slope: 0.5, modality: 'MR', photometric: 'MONOCHROME1' }],
  ['refused for its pixels', { photometric: 'CANARY' }],
  ['refused for its syntax', { syntax: '1.2.99999.5' }],
  ['refused for its modality', { modality: 'DX' }],
  ['of a modality that is none', { modality: 'CANARY' }],
])('a series that is %s leaves no canary', async (_, o) => {
  const text = await everything(given(dicomStack(4, 1, { ...canaryOptions(), ...o })))
  expect(text.length).toBeGreaterThan(100)
  expect(CANARY.exec(text)).toBeNull()
})
test('nor does one with a gap, an enhanced one, a zip, or what is no scan', async () => {
  const canaries = canaryOptions()
  const frames = [0, 1, 2, 3].map((k) => ({ position: [0, 0, k] as const }))
  const enhanced = enhancedImage(frames, { ...canaries, modality: 'MR' })
  const zip = zipped(Object.fromEntries(dicomStack(4, 1, canaries).map((slice, n) => [`CANARY/${n}`, slice])))
  const all = [
    dicomStack(6, 1, canaries).toSpliced(3, 1),
    [enhanced],
    [zip],
    dicomStack(1, 1, { ...canaries, modality: 'SR' }),
    dicomStack(2, 1, canaries).map((slice) => slice.slice(0, slice.length >> 1)),
  ]
  for (const files of all) expect(CANARY.exec(await everything(given(files)))).toBeNull()
})
