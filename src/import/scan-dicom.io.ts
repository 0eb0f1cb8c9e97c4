import { PipelineError } from '../core/errors.ts'
import type { Context } from '../core/stage.ts'
import type { Vec3 } from '../core/types.ts'
import { inflateDicom } from './dicom-inflate.ts'
import { accompanies, groupSeries, type ImageFile, isDerived, type SeriesGroup, stackGroup } from './dicom-series.ts'
import { type ImageTags, type NotAnImage, readImageTags } from './dicom-tags.ts'
import { type Found, importedFrom, NO_CHOICE, problemOf, type SliceSink } from './found.ts'
import { readDicomValues, readStoredSlice } from './read-dicom.io.ts'
import { warningsOf } from './scan-warnings.ts'
import type { Thumbnail } from './series.ts'
import { partsOf } from './series-part.ts'
import type { Stack } from './slice-geometry.ts'
import { isInverted } from './stored-voxels.ts'
import { thumbnailOf } from './thumbnail.ts'

/** More series than this are listed without pictures: each costs one decoded slice. */
const MAX_THUMBNAILS = 24

const bytesOf = async (blob: Blob) => new Uint8Array(await blob.arrayBuffer())

/** Allowed tags of one file, whose first DICOM_HEAD_BYTES are given; no more is read when they hold the header. */
export async function tagsOf(file: Blob, head: Uint8Array): Promise<ImageTags | NotAnImage> {
  const options = { fileBytes: file.size, inflate: inflateDicom }
  let tags = readImageTags(head, options)
  for (let bytes = head.length; tags === null && bytes < file.size; ) {
    bytes *= 8
    tags = readImageTags(await bytesOf(file.slice(0, bytes)), options)
  }
  if (tags === null) throw new PipelineError('import/corrupt', 'A DICOM file could not be understood. Copy it again.')
  return tags !== 'not-an-image' && accompanies(tags) ? 'not-an-image' : tags
}

/**
 * Series among DICOM images: volumes first, originals before derived images, largest first. A series that is no volume comes with its problem and throws it when
 * read. `setApart` is the number of files that could not be read, for the passport.
 */
export async function scanDicom(
  images: readonly ImageFile[],
  blobs: readonly Blob[],
  setApart: number,
  ctx: Context,
): Promise<Found[]> {
  const groups = groupSeries(images).sort(
    (a, b) => Number(isDerived(a)) - Number(isDerived(b)) || b.slices.length - a.slices.length,
  )
  const parts = partsOf(groups)
  const found: Found[] = []
  for (const [n, group] of groups.entries()) {
    ctx.signal.throwIfAborted()
    const one = await foundIn(group, blobs, setApart, groups.length <= MAX_THUMBNAILS)
    found.push({ ...one, info: { ...one.info, parts: parts[n] ?? [] } })
  }
  return found.sort((a, b) => Number(a.info.problem !== null) - Number(b.info.problem !== null))
}

async function foundIn(group: SeriesGroup, blobs: readonly Blob[], setApart: number, picture: boolean): Promise<Found> {
  const first = group.slices[0]
  const stack = stackOrProblem(group)
  const bad = stack instanceof PipelineError
  const problem = bad ? stack : (stack.crooked?.problem ?? null)
  const [dx, dy] = first?.at.spacingMm ?? [0, 0]
  const size: Vec3 = bad
    ? [first?.tags.format.columns ?? 0, first?.tags.format.rows ?? 0, group.slices.length]
    : stack.grid.size
  return {
    readLabels: null,
    info: {
      source: 'dicom',
      modality: first?.tags.modality ?? 'other',
      size,
      spacingMm: bad ? [dx, dy, 0] : stack.grid.spacing,
      slices: group.slices.length,
      parts: [],
      problem: problem && problemOf(problem),
      remedy: bad ? null : (stack.crooked?.remedy ?? null),
      frames: null,
      placements: null,
      labels: 'no',
      thumbnail: picture && !bad ? await middlePicture(group, stack, blobs) : null,
    },
    async load(ctx, sink, { crooked } = NO_CHOICE) {
      if (bad) throw stack
      if (problem && !crooked) throw problem
      return load(group, stack, blobs, setApart, ctx, sink)
    },
  }
}

function stackOrProblem(group: SeriesGroup): Stack | PipelineError {
  try {
    return stackGroup(group)
  } catch (error) {
    if (error instanceof PipelineError) return error
    throw error
  }
}

async function load(
  group: SeriesGroup,
  stack: Stack,
  blobs: readonly Blob[],
  setApart: number,
  ctx: Context,
  sink: SliceSink,
) {
  const values = await readDicomValues(group, stack, blobs, ctx, sink)
  const tags = group.slices[0]?.tags
  const notes = [...stack.notes, ...warningsOf(group), ...(setApart > 0 ? ['unreadable-files-set-apart'] : [])]
  const imported = importedFrom(values, stack.grid, {
    source: 'dicom',
    tiltDeg: stack.tiltDeg,
    sliceStepsMm: stack.sliceStepsMm,
    worstStepDeviation: stack.worstStepDeviation,
    missingSlices: stack.missingSlices,
    tagsKept: tags?.tagsKept ?? 0,
    tagsTotal: tags?.tagsTotal ?? 0,
    notes,
  })
  return { ...imported, bend: stack.crooked?.bend ?? null }
}

/** A picture is a courtesy: one that cannot be made is left out, and the series says why when it is read. */
async function middlePicture(group: SeriesGroup, stack: Stack, blobs: readonly Blob[]): Promise<Thumbnail | null> {
  const middle = group.slices[stack.order[stack.order.length >> 1] ?? 0]
  if (!middle) return null
  try {
    const [columns, rows] = stack.grid.size
    const stored = await readStoredSlice(middle, blobs)
    const isFalling = isInverted(middle.tags) !== middle.at.slope < 0
    return thumbnailOf(isFalling ? Float64Array.from(stored, (v) => -v) : stored, columns, rows)
  } catch (error) {
    if (error instanceof PipelineError) return null
    throw error
  }
}
