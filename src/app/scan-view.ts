import type { ErrorCode } from '../core/errors.ts'
import type { Finding } from '../core/finding.ts'
import type { Passport } from '../core/passport.ts'
import type { Modality, Vec3, Volume } from '../core/types.ts'
import type { Frames, PlacementName, Placements, Remedy, SeriesPart } from '../import/series.ts'

export interface SeriesRow {
  readonly id: string
  readonly source: 'dicom' | 'nifti' | 'nrrd' | 'mha'
  readonly modality: Modality
  readonly size: Vec3
  readonly spacingMm: Vec3
  readonly slices: number
  /** By what its series was parted: an echo, a time point. */
  readonly parts: readonly SeriesPart[]
  readonly problem: { readonly code: ErrorCode; readonly message: string } | null
  /** Set when the problem can be mended by resampling, on the person's word. */
  readonly remedy: Remedy | null
  /** Set when the problem is only which of several images is meant. */
  readonly frames: Frames | null
  /** Set when the file states two places that differ. */
  readonly placements: Placements | null
  /** Whether it calls itself a label map, could be one, or cannot. */
  readonly labels: 'stated' | 'possible' | 'no'
  readonly thumbnail: { readonly width: number; readonly height: number; readonly pixels: Uint8Array } | null
}

/** What a person said about a series before it is read. */
export interface SeriesAnswer {
  /** Bring slices that make no even stack to one. */
  readonly resample: boolean
  /** Which of two stated places counts; null leaves it to the format. */
  readonly placement: PlacementName | null
  /** Which of several images, from 0. */
  readonly frame: number | null
}

/** A scan whose first `slices` slices are decoded; the others are still zeros. */
export interface ArrivingView {
  readonly volume: Volume
  readonly slices: number
}

export interface HistogramView {
  readonly counts: Uint32Array
  readonly fromValue: number
  readonly binWidth: number
}

/** Reading a scan, and handing it in. */
export interface ScanView {
  readonly series: readonly SeriesRow[]
  readonly chosenSeries: string | null
  /** The series about which the person is asked something before it is read. */
  readonly asked: SeriesRow | null
  /** The scan that is being decoded, as far as it is there; null when none is, or before its first slice. */
  readonly arriving: ArrivingView | null
  readonly volume: Volume | null
  readonly passport: Passport | null
  readonly scanFindings: readonly Finding[]
  /** The side the user confirmed against the pictures; null until asked and answered. */
  readonly side: 'left' | 'right' | 'not-applicable' | null
  readonly histogram: HistogramView | null
  /** Set while a scan waits to be handed in: staff numbers of the designers who get it. */
  readonly handingIn: { readonly designers: readonly string[] } | null
  /** The pseudonym under which the last scan was handed in; null before, and once another is read. */
  readonly handedIn: string | null

  openFiles(files: readonly { path: string; file: File }[]): Promise<void>
  /** Reads a series; one that asks something is shown with its question first, and read with the answer. */
  chooseSeries(id: string, answer?: SeriesAnswer): Promise<void>
  /** Seals the scan on the desk for the designers and clears the desk. */
  handIn(): Promise<void>
  /** Takes the question away; nothing is read. */
  leaveQuestion(): void
  /** The built-in sample through the whole line to a printable file. */
  runSample(): Promise<void>
  signSide(side: 'left' | 'right' | 'not-applicable'): Promise<void>
}
