import { PipelineError } from '../core/errors.ts'

/** Most voxels of one scan: 2.4 GB as 16-bit numbers, what a tab with 4 GB can hold beside the file itself. */
export const MAX_VOXELS = 1.2e9
/** Most bytes of one file once decompressed, for formats whose voxels are wider than 16 bits. */
export const MAX_FILE_BYTES = 2.4e9
/** Most bytes that all files of a zip may inflate to. */
export const MAX_ZIP_BYTES = 3e9
/** Medical images deflate 2 to 20 times; beyond this ratio (and the floor) a zip is not what it claims to be. */
export const MAX_ZIP_RATIO = 250
export const ZIP_RATIO_FLOOR_BYTES = 64e6
/** Most files in one zip or folder. */
export const MAX_FILES = 50_000
/** A voxel edge outside this range (mm) is a broken header: micro-CT starts near 0.005 mm. */
export const MIN_SPACING_MM = 0.001
export const MAX_SPACING_MM = 100
/** Fewer voxels than this along an axis enclose no volume to print. */
export const MIN_VOXELS_AN_AXIS = 3

/**
 * Refuses sizes that are not counts, hold no volume or do not fit. `bytesPerVoxel` is that of the file.
 * Errors: import/bad-header, import/too-few-slices, import/too-large.
 */
export function checkSize(size: readonly number[], bytesPerVoxel: number): void {
  if (size.some((n) => !Number.isInteger(n) || n < 1)) {
    throw new PipelineError('import/bad-header', 'The file states an impossible size. Export the scan again.', {
      size: size.join(' x '),
    })
  }
  const voxels = size.reduce((a, b) => a * b, 1)
  if (voxels > MAX_VOXELS || voxels * bytesPerVoxel > MAX_FILE_BYTES) {
    throw new PipelineError(
      'import/too-large',
      `The scan has ${(voxels / 1e6).toFixed(0)} million voxels; at most ${MAX_VOXELS / 1e6} million fit in the browser. Crop or downsample it before opening.`,
      { voxels, limit: MAX_VOXELS },
    )
  }
  if (size.some((n) => n < MIN_VOXELS_AN_AXIS)) {
    throw new PipelineError(
      'import/too-few-slices',
      `The image is ${size.join(' x ')} voxels: fewer than ${MIN_VOXELS_AN_AXIS} along one axis is not a volume. Open the whole series.`,
      { size: size.join(' x ') },
    )
  }
}

/** Refuses voxel edges that no scanner makes. Errors: import/bad-header. */
export function checkSpacing(spacingMm: readonly number[]): void {
  if (spacingMm.every((s) => Number.isFinite(s) && s >= MIN_SPACING_MM && s <= MAX_SPACING_MM)) return
  throw new PipelineError(
    'import/bad-header',
    'The voxel size in the header is zero, not a number or absurd. Export the scan again with its geometry.',
    { spacingMm: spacingMm.join(' x ') },
  )
}
