/** A range of CT values that selects a kind of tissue: a start, to be adjusted on the scan at hand. */
export interface TissuePreset {
  readonly id: 'bone' | 'bone-cortical' | 'soft-tissue' | 'skin' | 'lung-airway' | 'vessel-contrast'
  /** Inclusive, HU. */
  readonly lowHu: number
  readonly highHu: number
  readonly modality: 'CT'
}

const CT_MAX_HU = 3071

/**
 * HU on the scale air = -1000, water = 0; 12-bit CT ends at 3071. Published figures vary with kV, kernel and patient.
 * - bone: InVesalius' preset "Bone" (226..3071), the range that the reference surfaces of this project were made with.
 * - bone-cortical: InVesalius starts compact bone at 662 (adult) and 586 (child); compact bone measures +500..+1900 and
 *   cancellous bone +300..+400 (article "Hounsfield scale" of Wikipedia), so 600 leaves cancellous bone out.
 * - soft-tissue: organs and muscle (+10..+80), with contrast up to +225 where bone starts, and down to -100 to close the
 *   partial-volume rim against fat (-120..-50). InVesalius' -700..225 also takes all fat and skin.
 * - skin: the body as one solid. InVesalius' skin range ends at -177 and is a rim only; from -200 up, all that is inside
 *   comes too and the outer surface is the skin, without most bedding and hair.
 * - lung-airway: air (-1000) to lung in expiration (-600); -500 is half-way to soft tissue, where a wall's edge lies. The
 *   air around the patient is selected as well: keep the clicked island.
 * - vessel-contrast: arteries with iodine, +100..+500 in angiography; 150 keeps organs with contrast mostly out, 600
 *   leaves room for strong boluses. Bone overlaps this range and has to be separated.
 */
export const TISSUE_PRESETS: readonly TissuePreset[] = [
  { id: 'bone', lowHu: 226, highHu: CT_MAX_HU, modality: 'CT' },
  { id: 'bone-cortical', lowHu: 600, highHu: CT_MAX_HU, modality: 'CT' },
  { id: 'soft-tissue', lowHu: -100, highHu: 225, modality: 'CT' },
  { id: 'skin', lowHu: -200, highHu: CT_MAX_HU, modality: 'CT' },
  { id: 'lung-airway', lowHu: -1024, highHu: -500, modality: 'CT' },
  { id: 'vessel-contrast', lowHu: 150, highHu: 600, modality: 'CT' },
]
