import { ANATOMY, type AnatomyId, isPaired, type Laterality } from '../core/anatomy.ts'

/** What a label is of, from the closed list. */
export interface NamedAnatomy {
  readonly anatomy: AnatomyId
  readonly laterality: Laterality
}

/** Words that other programs use for what the list calls otherwise. */
const WORDS = new Map<string, AnatomyId>([
  ['cranium', 'skull'],
  ['cranial', 'skull'],
  ['jaw', 'mandible'],
  ['jawbone', 'mandible'],
  ['tooth', 'teeth'],
  ['vertebrae', 'vertebra'],
  ['spinal', 'spine'],
  ['hip', 'hip-bone'],
  ['ilium', 'hip-bone'],
  ['femoral', 'femur'],
  ['kneecap', 'patella'],
  ['rib', 'ribs'],
  ['costal', 'ribs'],
  ['trachea', 'airway'],
  ['bronchus', 'airway'],
  ['lungs', 'lung'],
  ['cardiac', 'heart'],
  ['vessel', 'vessels'],
  ['artery', 'vessels'],
  ['arteries', 'vessels'],
  ['vein', 'vessels'],
  ['renal', 'kidney'],
  ['ventricle', 'ventricles'],
  ['tumor', 'lesion'],
  ['tumour', 'lesion'],
  ['bones', 'bone'],
  ['muscles', 'muscle'],
  ['fatty', 'fat'],
])
const IDS = new Set<string>(ANATOMY.map(({ id }) => id))
const SIDES = new Map<string, Laterality>([
  ['left', 'left'],
  ['l', 'left'],
  ['right', 'right'],
  ['r', 'right'],
])

/**
 * The entry of the list that a file's own name for a label means, by whole English words of it; null when it means none. Only
 * this leaves the worker, never the name.
 */
export function anatomyNamed(text: string): NamedAnatomy | null {
  const words = text.toLowerCase().split(/[^a-z]+/)
  const anatomies = words.flatMap((word) => (IDS.has(word) ? [word as AnatomyId] : (WORDS.get(word) ?? [])))
  // "Femur bone": the more telling of the two.
  const anatomy = anatomies.find((id) => id !== 'bone' && id !== 'other') ?? anatomies[0]
  if (anatomy === undefined) return null
  const side = words.flatMap((word) => SIDES.get(word) ?? [])[0]
  return { anatomy, laterality: isPaired(anatomy) && side !== undefined ? side : 'none' }
}
