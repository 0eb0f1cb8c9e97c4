import type { ErrorCode, ErrorDetail } from '../core/errors.ts'
import type { Modality, Vec3 } from '../core/types.ts'

export type SeriesSource = 'dicom' | 'nifti' | 'nrrd' | 'mha'

/** A small grey picture of the middle slice, 8 bits, rows from the top, for the list of series. */
export interface Thumbnail {
  readonly width: number
  readonly height: number
  readonly pixels: Uint8Array
}

/** Why a series cannot be opened, said before it is tried. */
export interface SeriesProblem {
  readonly code: ErrorCode
  readonly message: string
  readonly detail: ErrorDetail
}

/** What resampling a crooked series to even slices would do; the person decides. */
export interface Remedy {
  /** Angle that would be undone, degrees; 0 when the stack is upright. */
  readonly tiltDeg: number
  readonly finestStepMm: number
  readonly widestStepMm: number
  /** Places where slices are missing, and values would be drawn between neighbours. */
  readonly gaps: number
  /** Of the result. */
  readonly size: Vec3
  readonly spacingMm: Vec3
}

/** Which part of a DICOM series this is, where one series held several. */
export interface SeriesPart {
  readonly kind: 'echo' | 'time' | 'trigger' | 'b-value' | 'acquisition' | 'kind'
  /** From 1, in rising order. */
  readonly number: number
  readonly of: number
  /** Echo or trigger time in ms, b-value in s/mm2; null where a number says nothing. */
  readonly value: number | null
}

/** One of the two places a NIfTI file states for its voxels. */
export interface StatedPlace {
  /** Letters its voxel axes point to. */
  readonly orientation: string
  readonly spacingMm: Vec3
  /** Centre of its first voxel, LPS mm. */
  readonly originMm: Vec3
}

export type PlacementName = 'sform' | 'qform'

/** Two valid places that differ; the person chooses. */
export interface Placements extends Readonly<Record<PlacementName, StatedPlace>> {
  /** Between the two places of the corner that lies furthest apart. */
  readonly apartMm: number
  /** Angle between the two directions, degrees; 180 when one is the mirror image of the other. */
  readonly turnedDeg: number
}

/** Several images of one size in one file; the person chooses one. */
export interface Frames {
  readonly count: number
  /** Between two of them; null when the file does not say. */
  readonly stepSeconds: number | null
}

/** One volume found in the files a person gave. `id` is a running name; nothing of the patient is in here. */
export interface SeriesInfo {
  readonly id: string
  readonly source: SeriesSource
  readonly modality: Modality
  readonly size: Vec3
  readonly spacingMm: Vec3
  readonly slices: number
  /** By what its series was parted; empty when it was not. */
  readonly parts: readonly SeriesPart[]
  readonly problem: SeriesProblem | null
  /** Set when the problem can be mended by resampling, on the person's word. */
  readonly remedy: Remedy | null
  /** Set when the problem is only which of several images is meant. */
  readonly frames: Frames | null
  /** Set when the file states two places that differ. Unless one is chosen, the sform counts. */
  readonly placements: Placements | null
  /** Whether the file calls itself a label map, could be one by the type of its voxels, or cannot. */
  readonly labels: 'stated' | 'possible' | 'no'
  readonly thumbnail: Thumbnail | null
}
