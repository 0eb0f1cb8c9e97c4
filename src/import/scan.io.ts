import { PipelineError } from '../core/errors.ts'
import type { Context } from '../core/stage.ts'
import type { ImageTags } from './dicom-tags.ts'
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

/** What one file turned out to be. */
type Kept =
  | { readonly image: ImageTags; readonly file: Blob }
  | { readonly single: Found }
  | { readonly failure: PipelineError; readonly isDicom: boolean }
  | 'not-an-image'

/** Files whose heads are read at once: waiting for the disc takes most of the time. */
const AT_ONCE = 16

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
  const kept = await someAtOnce(
    files,
    ctx,
    (one) => lookAt(one, ctx),
    (done) => ctx.progress(0.3 + (0.6 * done) / files.length, `file ${done} of ${files.length}`),
  )
  const images = kept.flatMap((one) => (one !== 'not-an-image' && 'image' in one ? [one] : []))
  const failures = kept.flatMap((one) => (one !== 'not-an-image' && 'failure' in one ? [one] : []))
  const found = [
    ...(await scanDicom(
      images.map(({ image }, file) => ({ file, tags: image })),
      images.map(({ file }) => file),
      failures.filter((one) => one.isDicom).length,
      ctx,
    )),
    ...kept.flatMap((one) => (one !== 'not-an-image' && 'single' in one ? [one.single] : [])),
  ]
  if (found.length > 0) return found
  const setApart = kept.filter((one) => one === 'not-an-image').length
  throw nothingIn(
    failures.map(({ failure }) => failure),
    setApart,
  )
}

/** A file and its kind. */
interface Sniffed {
  readonly file: Blob
  readonly kind: FileKind
}

/** What was given, with zips replaced by what is in them. */
async function unpacked(given: readonly GivenFile[], ctx: Context): Promise<Sniffed[]> {
  const files: Sniffed[] = []
  for (const [n, one] of (await sniffed(given, ctx)).entries()) {
    if (one.kind !== 'zip') {
      files.push(one)
      continue
    }
    const inside = await unzip(one.file, ctx.signal, (f) => ctx.progress((0.3 * (n + f)) / given.length, 'unpacking'))
    for (const file of await sniffed(inside, ctx)) files.push(file)
  }
  return files
}

const sniffed = (files: readonly { readonly file: Blob }[], ctx: Context): Promise<Sniffed[]> =>
  someAtOnce(files, ctx, async ({ file }) => ({ file, kind: await kindOf(file) }))

/** The results in order, a few at once. A cancel stops before the next few. */
async function someAtOnce<In, Out>(
  all: readonly In[],
  ctx: Context,
  work: (one: In) => Promise<Out>,
  onDone: (done: number) => void = () => {},
): Promise<Out[]> {
  const results: Out[] = []
  for (let n = 0; n < all.length; n += AT_ONCE) {
    ctx.signal.throwIfAborted()
    for (const result of await Promise.all(all.slice(n, n + AT_ONCE).map(work))) results.push(result)
    onDone(results.length)
  }
  return results
}

const kindOf = async (file: Blob): Promise<FileKind> =>
  sniff(new Uint8Array(await file.slice(0, SNIFF_BYTES).arrayBuffer()))

/** What one file is. A broken file is remembered, never fatal to the others. */
async function lookAt({ file, kind }: Sniffed, ctx: Context): Promise<Kept> {
  try {
    if (kind === 'dicom') {
      const image = await tagsOf(file)
      return image === 'not-an-image' ? image : { image, file }
    }
    if (kind === 'nifti' || kind === 'gzip') return { single: await scanNifti(file, kind === 'gzip', ctx) }
    if (kind === 'nrrd' || kind === 'mha') return { single: await scanTextHeader(kind, file) }
    throw refused(kind)
  } catch (error) {
    if (!(error instanceof PipelineError)) throw error
    return { failure: error, isDicom: kind === 'dicom' }
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
function nothingIn(failures: readonly PipelineError[], setApart: number): PipelineError {
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
