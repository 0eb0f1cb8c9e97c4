import type { SeriesGroup } from './dicom-series.ts'
import type { ImageTags } from './dicom-tags.ts'
import { isInverted } from './stored-voxels.ts'

/** Body parts (0018,0015) whose surface is a face. */
const FACES = /HEAD|BRAIN|SKULL|FACE|JAW|MAXILLA|MANDIBLE|ORBIT|SINUS|NOSE|TMJ/
const SECONDARY_CAPTURE = '1.2.840.10008.5.1.4.1.1.7'

const RULES: readonly (readonly [string, (tags: ImageTags) => boolean])[] = [
  ['lossy-compressed', (tags) => tags.lossy],
  ['derived-images', (tags) => tags.imageType.startsWith('DERIVED')],
  ['burned-in-text', (tags) => tags.burnedIn === 'YES'],
  ['burned-in-text-possible', (tags) => isPictureOfAScreen(tags) && !['YES', 'NO'].includes(tags.burnedIn)],
  ['face-recognisable', (tags) => FACES.test(tags.bodyPart)],
  ['inverted-monochrome1', isInverted],
  ['monochrome1-kept', (tags) => tags.format.photometric === 'MONOCHROME1' && !isInverted(tags)],
  ['hu-scale-missing', (tags) => tags.modality === 'CT' && tags.frames.some((frame) => !frame.rescaled)],
]

/** Secondary captures, and what a workstation made of a scan, may have words drawn into their pixels. */
const isPictureOfAScreen = ({ sopClass, imageType }: ImageTags) =>
  sopClass.startsWith(SECONDARY_CAPTURE) || imageType.split('\\')[1] === 'SECONDARY'

/**
 * Passport notes that the headers of a series call for, by name. They warn by what the file states: a head scan without a
 * body part, or words in an original image, pass unnoticed.
 */
export function warningsOf({ slices }: SeriesGroup): string[] {
  // The frames of one file share its tags.
  const files = [...new Set(slices.map(({ tags }) => tags))]
  return RULES.flatMap(([note, applies]) => (files.some(applies) ? [note] : []))
}
