/** What is written on a part, so that it is never taken for another (pubmed 31676423: models are switched by mistake). */
export interface PartFields {
  /** Pseudonym or trace id; never a name. */
  readonly caseId: string
  readonly side: 'left' | 'right' | 'none'
  /** This part and how many there are, from 1. */
  readonly part: number
  readonly parts: number
  readonly revision: number
  /** 1 is life size. */
  readonly scale: number
  readonly mirrored: boolean
}

const SIDE = { left: ' L', right: ' R', none: '' }

/**
 * The lines on a part: id and side; part and revision; scale and mirroring only where they are not as in life. Signs and
 * digits, no words of a language, but for MIRROR, which must not be missed.
 */
export function partLines({ caseId, side, part, parts, revision, scale, mirrored }: PartFields): string[] {
  const unlike = [scale === 1 ? '' : `x${Number(scale.toPrecision(3))}`, mirrored ? 'MIRROR' : '']
  return [
    `${caseId}${SIDE[side]}`,
    [parts > 1 ? `${part}/${parts}` : '', `r${revision}`].filter((word) => word !== '').join(' '),
    unlike.filter((word) => word !== '').join(' '),
  ].filter((line) => line !== '')
}
