import { determinant, orientationLetters } from '../core/affine.ts'
import type { Passport } from '../core/passport.ts'
import type { Volume } from '../core/types.ts'
import type { Bend } from './bend.ts'

/** What was measured on the way in, beside the volume itself. */
export interface Measured {
  readonly source: Passport['source']
  readonly range: readonly [number, number]
  readonly tiltDeg?: number
  readonly sliceStepsMm?: readonly number[]
  readonly worstStepDeviation?: number
  readonly missingSlices?: number
  readonly tagsKept: number
  readonly tagsTotal: number
  readonly notes: readonly string[]
}

/** The passport of a volume as it was read. */
export function passportOf(volume: Volume, m: Measured): Passport {
  const rightHanded = determinant(volume.grid.direction) > 0
  return {
    source: m.source,
    modality: volume.modality,
    size: volume.grid.size,
    spacingMm: volume.grid.spacing,
    orientation: orientationLetters(volume.grid.direction),
    rightHanded,
    tiltDeg: m.tiltDeg ?? 0,
    sliceStepsMm: m.sliceStepsMm ?? [],
    worstStepDeviation: m.worstStepDeviation ?? 0,
    missingSlices: m.missingSlices ?? 0,
    resampled: false,
    range: m.range,
    tagsKept: m.tagsKept,
    tagsTotal: m.tagsTotal,
    notes: rightHanded ? m.notes : [...m.notes, 'left-handed'],
  }
}

/**
 * The passport of a scan whose bend was undone: of the new grid, with what was measured of the slices kept. It says
 * "resampled" from now on.
 */
export function straightenedPassport(passport: Passport, { grid }: Volume, { shear }: Bend): Passport {
  const isTilted = shear.some((tangent) => tangent !== 0)
  const notes = [
    ...passport.notes.filter((note) => note !== 'uneven-slices'),
    ...(isTilted ? ['tilt-undone'] : []),
    ...(passport.missingSlices > 0 ? ['gaps-filled'] : []),
    ...(!isTilted && passport.missingSlices === 0 ? ['slices-made-even'] : []),
  ]
  return { ...passport, size: grid.size, spacingMm: grid.spacing, resampled: true, notes }
}
