import { PipelineError } from '../core/errors.ts'
import type { Context } from '../core/stage.ts'
import type { ImageFile } from './dicom-series.ts'
import type { Found } from './found.ts'
import { MAX_FILES } from './limits.ts'
import { scanDicom, tagsOf } from './scan-dicom.io.ts'
import { scanNifti, scanTextHeader } from './scan-single.io.ts'
import { type FileKind, kindName, SNIFF_BYTES, sniff, WHAT_IS_READ } from './sniff.ts'
import { unzip } from './zip.io.ts'

/** One file a person gave. The path only parts zips and folders; it never leaves the worker. */
export interface GivenFile {
  readonly path: string
  readonly file: Blob
}

interface Sorted {
  readonly images: ImageFile[]
  readonly blobs: Blob[]
  readonly singles: Found[]
  readonly failures: PipelineError[]
  /** DICOM files that are no image. */
  setApart: number
  /** DICOM files that are damaged. */
  damaged: number
}

/**
 * Finds every series in what a person gave: files, a folder, zips. Content decides, not names. Files that are no scan
 * are set apart; only when nothing is left does their reason become the error. Errors: import/empty,
 * import/unsupported, import/nothing-readable, import/zip-bomb and those of a single broken file.
 */
export async function scanFiles(given: readonly GivenFile[], ctx: Context): Promise<Found[]> {
  if (given.length === 0) throw new PipelineError('import/empty', `Nothing was opened. ${WHAT_IS_READ}`)
  const files = await unpacked(given, ctx)
  if (files.length > MAX_FILES) {
    throw new PipelineError(
      'import/too-large',
      `There are more than ${MAX_FILES} files. Open the folder of one series.`,
    )
  }
  const sorted: Sorted = { images: [], blobs: [], singles: [], failures: [], setApart: 0, damaged: 0 }
  for (const [n, { file }] of files.entries()) {
    ctx.signal.throwIfAborted()
    await sortFile(file, sorted, ctx)
    ctx.progress(0.3 + (0.6 * (n + 1)) / files.length, `file ${n + 1} of ${files.length}`)
  }
  const found = [...(await scanDicom(sorted.images, sorted.blobs, sorted.damaged, ctx)), ...sorted.singles]
  if (found.length === 0) throw nothingIn(sorted)
  return found
}

async function unpacked(given: readonly GivenFile[], ctx: Context): Promise<GivenFile[]> {
  const files: GivenFile[] = []
  for (const [n, one] of given.entries()) {
    ctx.signal.throwIfAborted()
    const isZip = (await kindOf(one.file)) === 'zip'
    if (isZip)
      files.push(
        ...(await unzip(one.file, ctx.signal, (f) => ctx.progress((0.3 * (n + f)) / given.length, 'unpacking'))),
      )
    else files.push(one)
  }
  return files
}

const kindOf = async (file: Blob): Promise<FileKind> =>
  sniff(new Uint8Array(await file.slice(0, SNIFF_BYTES).arrayBuffer()))

/** Puts one file where it belongs. A broken file is remembered, never fatal to the others. */
async function sortFile(file: Blob, sorted: Sorted, ctx: Context): Promise<void> {
  const kind = await kindOf(file)
  try {
    if (kind === 'dicom') {
      const tags = await tagsOf(file)
      if (tags === 'not-an-image') sorted.setApart++
      else sorted.images.push({ file: sorted.blobs.push(file) - 1, tags })
    } else if (kind === 'nifti' || kind === 'gzip') sorted.singles.push(await scanNifti(file, kind === 'gzip', ctx))
    else if (kind === 'nrrd' || kind === 'mha') sorted.singles.push(await scanTextHeader(kind, file))
    else throw refused(kind)
  } catch (error) {
    if (!(error instanceof PipelineError)) throw error
    sorted.failures.push(error)
    if (kind === 'dicom') sorted.damaged++
  }
}

function refused(kind: FileKind): PipelineError {
  if (kind === 'empty') return new PipelineError('import/empty', 'The file is empty. Copy or download it again.')
  if (kind === 'zip') {
    return new PipelineError('import/unsupported', 'The zip holds another zip. Unpack it first and open the inner one.')
  }
  return new PipelineError('import/unsupported', `This is ${kindName(kind)}, not a scan. ${WHAT_IS_READ}`, { kind })
}

/** The one reason when there is one, else a count of them. */
function nothingIn({ failures, setApart }: Sorted): PipelineError {
  const [first] = failures
  if (first && setApart === 0 && failures.every((e) => e.code === first.code)) return first
  if (!first) {
    return new PipelineError(
      'import/nothing-readable',
      'These DICOM files hold reports, plans or a directory, but no images. Open the folder with the images.',
      { 'not-an-image': setApart },
    )
  }
  const counts: Record<string, number> = {}
  for (const { code } of failures) counts[code] = (counts[code] ?? 0) + 1
  if (setApart > 0) counts['not-an-image'] = setApart
  return new PipelineError('import/nothing-readable', `No scan was found in these files. ${WHAT_IS_READ}`, counts)
}
