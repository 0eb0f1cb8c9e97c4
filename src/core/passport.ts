import type { Modality, Vec3 } from './types.ts'

/** What the scan is, measured from slice positions and not from what a header claims. Holds no patient data. */
export interface Passport {
  readonly source: 'dicom' | 'nifti' | 'nrrd' | 'mha' | 'sample'
  readonly modality: Modality
  readonly size: Vec3
  readonly spacingMm: Vec3
  /** Letters the voxel axes point to, for example "LPS". */
  readonly orientation: string
  readonly rightHanded: boolean
  /** Angle between the slice normal and the line of slice origins, as scanned: `resampled` says whether it was undone. */
  readonly tiltDeg: number
  /** Distance between neighbouring slices, in order. Empty when the file states one spacing only. */
  readonly sliceStepsMm: readonly number[]
  /** Largest deviation of a step from the median step, as a fraction of it. */
  readonly worstStepDeviation: number
  /** As scanned; once the scan is resampled, values between neighbours stand in their place. */
  readonly missingSlices: number
  /** Its slices were brought to an even, upright stack. Never taken back. */
  readonly resampled: boolean
  /** Real values (HU) of the darkest and brightest voxel. */
  readonly range: readonly [number, number]
  readonly tagsKept: number
  readonly tagsTotal: number
  /** Things a person should know, by name: for example 'rounded-to-int16', 'left-handed', 'qform-sform-differ'. */
  readonly notes: readonly string[]
}

const GUESSED = 'modality-guessed'

/** Whether the file does not say what kind of scan it is, so that a person may: it was not taken for CT by its values. */
export const mayStateMr = ({ modality, notes }: Pick<Passport, 'modality' | 'notes'>): boolean =>
  modality === 'other' && notes.includes(GUESSED)

/** The passport after a person's word that the scan is MR. */
export const statedMr = <P extends Pick<Passport, 'modality' | 'notes'>>(passport: P): P => ({
  ...passport,
  modality: 'MR',
  notes: passport.notes.map((note) => (note === GUESSED ? 'modality-stated' : note)),
})
