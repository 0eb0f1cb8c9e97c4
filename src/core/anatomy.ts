/** Whether a structure has a left and a right one: then a label of it says which. */
interface Anatomy {
  readonly id: string
  readonly paired: boolean
}

/**
 * What a label may be of. A closed list and no free text: a name typed by hand is where a patient's name ends up. The words
 * stand in the catalogue. 'background' is what lies around, for tools that let labels compete; 'other' is for everything
 * else.
 */
export const ANATOMY = [
  { id: 'bone', paired: false },
  { id: 'skull', paired: false },
  { id: 'mandible', paired: false },
  { id: 'maxilla', paired: false },
  { id: 'teeth', paired: false },
  { id: 'spine', paired: false },
  { id: 'vertebra', paired: false },
  { id: 'sacrum', paired: false },
  { id: 'pelvis', paired: false },
  { id: 'hip-bone', paired: true },
  { id: 'femur', paired: true },
  { id: 'patella', paired: true },
  { id: 'tibia', paired: true },
  { id: 'fibula', paired: true },
  { id: 'foot', paired: true },
  { id: 'scapula', paired: true },
  { id: 'clavicle', paired: true },
  { id: 'humerus', paired: true },
  { id: 'radius', paired: true },
  { id: 'ulna', paired: true },
  { id: 'hand', paired: true },
  { id: 'ribs', paired: false },
  { id: 'sternum', paired: false },
  { id: 'airway', paired: false },
  { id: 'lung', paired: true },
  { id: 'heart', paired: false },
  { id: 'aorta', paired: false },
  { id: 'vessels', paired: false },
  { id: 'liver', paired: false },
  { id: 'spleen', paired: false },
  { id: 'kidney', paired: true },
  { id: 'bladder', paired: false },
  { id: 'brain', paired: false },
  { id: 'grey-matter', paired: false },
  { id: 'white-matter', paired: false },
  { id: 'csf', paired: false },
  { id: 'ventricles', paired: false },
  { id: 'cerebellum', paired: false },
  { id: 'brain-stem', paired: false },
  { id: 'thalamus', paired: true },
  { id: 'caudate', paired: true },
  { id: 'putamen', paired: true },
  { id: 'pallidum', paired: true },
  { id: 'hippocampus', paired: true },
  { id: 'amygdala', paired: true },
  { id: 'lesion', paired: false },
  { id: 'skin', paired: false },
  { id: 'muscle', paired: false },
  { id: 'fat', paired: false },
  { id: 'implant', paired: false },
  { id: 'table', paired: false },
  { id: 'background', paired: false },
  { id: 'other', paired: false },
] as const satisfies readonly Anatomy[]

export type AnatomyId = (typeof ANATOMY)[number]['id']

export type Laterality = 'left' | 'right' | 'none'

const OTHER_SIDE: Readonly<Record<Laterality, Laterality>> = { left: 'right', right: 'left', none: 'none' }

/** The side that a part of this side shows: a mirrored left is the shape of a right. */
export const shownSide = (side: Laterality, isMirrored: boolean): Laterality => (isMirrored ? OTHER_SIDE[side] : side)

/** Whether this structure has a side. */
export const isPaired = (id: AnatomyId): boolean => ANATOMY.some((a) => a.id === id && a.paired)
