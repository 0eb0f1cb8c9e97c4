import type { AnatomyId, Laterality } from '../core/anatomy.ts'

/** What a body is called in a file: words of the closed list of anatomy and two counts, so that no name can get in. */
export interface PartName {
  readonly anatomy: AnatomyId
  /** The side that the body shows. */
  readonly laterality: Laterality
  /** Whether it was scanned on the other side. */
  readonly isMirrored?: boolean
  /** 1 to `of`. */
  readonly part: number
  readonly of: number
}

/** For a part of which nothing else is known. */
export const UNNAMED: PartName = { anatomy: 'other', laterality: 'none', part: 1, of: 1 }

/** For example `femur-left-1-of-2` or `femur-right-mirrored-1-of-2`: letters, digits and dashes, which every format here can hold. */
export function partText({ anatomy, laterality, isMirrored = false, part, of }: PartName): string {
  const side = laterality === 'none' ? [] : [laterality]
  return [anatomy, ...side, ...(isMirrored ? ['mirrored'] : []), part, 'of', of].join('-')
}
