import { determinant, orientationLetters } from '../core/affine.ts'
import type { Passport } from '../core/passport.ts'
import type { Volume } from '../core/types.ts'

/** What was measured on the way in, beside the volume itself. */
export interface Measured {
  readonly source: Passport['source']
  readonly range: readonly [number, number]
  readonly tiltDeg?: number
  readonly sliceStepsMm?: readonly number[]
  readonly worstStepDeviation?: number
  readonly tagsKept: number
  readonly tagsTotal: number
  readonly notes: readonly string[]
}

/** The passport of a volume. A series with missing slices never gets here, so their number is zero. */
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
    missingSlices: 0,
    resampled: false,
    range: m.range,
    tagsKept: m.tagsKept,
    tagsTotal: m.tagsTotal,
    notes: rightHanded ? m.notes : [...m.notes, 'left-handed'],
  }
}
