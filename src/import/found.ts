import { PipelineError } from '../core/errors.ts'
import type { Passport } from '../core/passport.ts'
import type { Context } from '../core/stage.ts'
import type { Grid, Modality, Volume } from '../core/types.ts'
import type { Straightening } from './bend.ts'
import type { LabelsInFile } from './label-values.ts'
import { type Measured, passportOf } from './passport-of.ts'
import type { PlacementName, SeriesInfo, SeriesProblem } from './series.ts'
import type { Int16Values } from './to-int16.ts'

/** A scan with its passport. */
export interface Imported {
  readonly volume: Volume
  readonly passport: Passport
  /** How the slices really lie, when that is no even stack: the volume's grid is not their place until this is undone. */
  readonly bend: Straightening | null
}

/** What a person said about a series that leaves something open. */
export interface ReadChoice {
  /** Slices that make no even stack are read as they lie, with their bend. */
  readonly crooked: boolean
  /** Which of two places counts; null leaves it to the order of the format. */
  readonly placement: PlacementName | null
  /** Which of several images, from 0; null when none was chosen. */
  readonly frame: number | null
}

/** Nothing was asked, or nothing answered. */
export const NO_CHOICE: ReadChoice = { crooked: false, placement: null, frame: null }

/**
 * Takes whole slices while the rest is still being decoded, in order from slice 0; copies what it keeps. What it gets are
 * the stored integers of the scan to come, or nothing when those are not known before the end. Slice 0 once more begins the
 * scan anew: values came that do not fit beside those before. `map` makes real values of them. `values` on shared memory lie
 * where they stay, and need no copy.
 */
export type SliceSink = (grid: Grid, firstSlice: number, values: Int16Array, map: ScanMap) => void

/** What stored values mean. */
export type ScanMap = Pick<Int16Values, 'slope' | 'intercept' | 'modality'>

/** A series that was found, and how to read it. */
export interface Found {
  readonly info: Omit<SeriesInfo, 'id'>
  /** Reads the voxels. Throws the series' problem when it has one that the choice does not allow. */
  load(ctx: Context, sink: SliceSink, choice?: ReadChoice): Promise<Imported>
  /**
   * Reads the voxels as labels for a scan on this grid; null where there can be none. Errors: import/not-labels and those of
   * reading.
   */
  readonly readLabels: ((grid: Grid, ctx: Context) => Promise<LabelsInFile>) | null
}

/**
 * The only scan that can be read, or the only one at all, whose problem then tells itself. Errors: import/nothing-readable,
 * import/several-scans when there are several.
 */
export function onlyScan(found: readonly Found[]): Found {
  const usable = found.filter(({ info }) => info.problem === null)
  const [one] = usable.length > 0 ? usable : found
  if (!one) throw new PipelineError('import/nothing-readable', 'There is no scan in these files. Leave them out.')
  if (usable.length <= 1) return one
  throw new PipelineError(
    'import/several-scans',
    `There are ${usable.length} scans in these files. Choose those of one.`,
    {
      scans: usable.length,
    },
  )
}

export const problemOf = (error: PipelineError): SeriesProblem => ({
  code: error.code,
  message: error.message,
  detail: error.detail,
})

const UNITS = { CT: 'HU', MR: 'a.u.', other: 'a.u.' } as const satisfies Record<Modality, Volume['unit']>

/** A volume of stored values. */
export function volumeOf(data: Int16Array, grid: Grid, { slope, intercept, modality }: ScanMap): Volume {
  return { grid, data, slope, intercept, modality, unit: UNITS[modality] }
}

/** Volume and passport from 16-bit values and what was measured. */
export function importedFrom(values: Int16Values, grid: Volume['grid'], measured: Omit<Measured, 'range'>): Imported {
  const volume = volumeOf(values.data, grid, values)
  const { range } = values
  const passport = passportOf(volume, { ...measured, range, notes: [...measured.notes, ...values.notes] })
  return { volume, passport, bend: null }
}
