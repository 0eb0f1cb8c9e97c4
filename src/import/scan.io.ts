import { PipelineError } from '../core/errors.ts'
import type { Context } from '../core/stage.ts'
import { missingHead } from './bare-dicom.ts'
import { DICOM_HEAD_BYTES, type ImageTags } from './dicom-tags.ts'
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
  const kept = await lookAtAll(given, ctx)
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

const tooMany = () =>
  new PipelineError('import/too-large', `There are more than ${MAX_FILES} files. Open the folder of one series.`)

/** What each file turned out to be, with zips replaced by what is in them. */
async function lookAtAll(given: readonly GivenFile[], ctx: Context): Promise<Kept[]> {
  if (given.length > MAX_FILES) throw tooMany()
  const told = (done: number) => ctx.progress((0.45 * done) / given.length, `file ${done} of ${given.length}`)
  const looked = await someAtOnce(given, ctx, ({ file }) => lookAt(file, ctx), told)
  const kept: Kept[] = []
  for (const [n, one] of looked.entries()) {
    if (one === 'not-an-image' || !('zip' in one)) {
      kept.push(one)
      continue
    }
    const part = (f: number) => ctx.progress(0.45 + (0.45 * (n + f)) / given.length, 'unpacking')
    const inside = await unzip(one.zip, ctx.signal, (f) => part(0.4 * f))
    if (kept.length + inside.length > MAX_FILES) throw tooMany()
    const lookInside = async (file: Blob): Promise<Kept> => {
      const found = await lookAt(file, ctx)
      return found !== 'not-an-image' && 'zip' in found ? { failure: refused('zip'), isDicom: false } : found
    }
    const toldInside = (done: number) => part(0.4 + (0.6 * done) / inside.length)
    for (const found of await someAtOnce(inside, ctx, ({ file }) => lookInside(file), toldInside)) kept.push(found)
  }
  return kept
}

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

/** What one file is, by one read of its head where that will do. A broken file is remembered, never fatal to the others. */
async function lookAt(file: Blob, ctx: Context): Promise<Kept | { readonly zip: Blob }> {
  const head = new Uint8Array(await file.slice(0, DICOM_HEAD_BYTES).arrayBuffer())
  const kind = sniff(head.subarray(0, SNIFF_BYTES))
  if (kind === 'zip') return { zip: file }
  try {
    if (kind === 'dicom') return await imageIn(file, head)
    if (kind === 'bare-dicom') return await completedImage(file, head)
    if (kind === 'nifti' || kind === 'gzip') return { single: await scanNifti(file, kind === 'gzip', ctx) }
    if (kind === 'nrrd' || kind === 'mha') return { single: await scanTextHeader(kind, file) }
    throw refused(kind)
  } catch (error) {
    if (!(error instanceof PipelineError)) throw error
    return { failure: error, isDicom: kind === 'dicom' || kind === 'bare-dicom' }
  }
}

async function imageIn(file: Blob, head: Uint8Array): Promise<Kept> {
  const image = await tagsOf(file, head)
  return image === 'not-an-image' ? image : { image, file }
}

/** As imageIn(), of the file with the beginning it lacks before it; its bytes are not copied. */
async function completedImage(file: Blob, head: Uint8Array): Promise<Kept> {
  const lacking = missingHead(head) ?? new Uint8Array()
  const whole = new Blob([lacking, file])
  return imageIn(whole, new Uint8Array(await whole.slice(0, lacking.length + head.length).arrayBuffer()))
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
