import type { AnatomyId } from '../core/anatomy.ts'
import type { Vec3 } from '../core/types.ts'
import type { Band, Provider } from '../infer/outcome.ts'
import type { Reason } from '../infer/reason.ts'
import type { SelfTest } from '../infer/self-test.ts'

/** Why a region that the AI was unsure of is good as it is. The words stand in the catalogue. */
export const ACCEPT_REASONS = ['border-right', 'outside-interest', 'too-small', 'other'] as const
export type AcceptReason = (typeof ACCEPT_REASONS)[number]

/** In which capacity a second person looked. */
export const READER_ROLES = ['radiologist', 'surgeon', 'physicist', 'technologist', 'engineer', 'teacher'] as const
export type ReaderRole = (typeof READER_ROLES)[number]

/** A person's word on one region. */
export type RegionWord = {
  readonly reason: AcceptReason
  readonly text: string
  /** Initials. */
  readonly by: string
}

/** A place where the AI was unsure about a label, and what became of it. */
export type AiRegion = {
  /** LPS mm. */
  readonly at: Vec3
  readonly mm3: number
  /** 0 to 1. */
  readonly meanCertainty: number
  /** One, or the many small ones that are listed together. */
  readonly pieces: number
  readonly state: 'open' | 'accepted' | 'edited'
  /** Set while it is accepted. */
  readonly word: RegionWord | null
}

export type SecondReader = {
  /** Initials, other than those of the first reader. */
  readonly who: string
  readonly role: ReaderRole
  readonly at: string
  readonly reason: string
}

/** Where a network ran, and what its known-answer test gave there; null when nobody tested it. */
export type LabelRun = Pick<Provider, 'backend' | 'adapter'> & {
  readonly selfTest: Pick<SelfTest, 'voxels' | 'differing' | 'dice' | 'passed'> | null
}

/** That a label came from a network, how far it was believed, and what people said of it since. Plain JSON. */
export type LabelAi = {
  /** By which the case keeps the AI's own mask, its unsure voxels and its certainty. */
  readonly source: string
  readonly model: {
    readonly id: string
    readonly version: string
    readonly sha256: string
    /** Whether its card tells how well it did. */
    readonly evaluated: boolean
    /** Edge of the voxels it sees, mm. */
    readonly spacingMm: number
  }
  readonly structure: AnatomyId
  readonly band: Band
  readonly reasons: readonly Reason[]
  readonly members: number
  readonly run: LabelRun
  readonly p: number | null
  readonly regions: readonly AiRegion[]
  /** Volume of the mask as the AI made it. */
  readonly aiMm3: number
  /** Volume of the voxels that are otherwise now. */
  readonly editedMm3: number
  /** Initials of who looked at it first. */
  readonly firstReader: string | null
  readonly secondReader: SecondReader | null
}

/** Initials: no name of a person ends up in a file. */
export const isInitials = (text: string): boolean => /^[A-Z]{2,4}$/.test(text)

export const openRegions = ({ regions }: LabelAi): readonly AiRegion[] =>
  regions.filter(({ state }) => state === 'open')

/** Whether an AMBER label still asks something of a person. */
export const needsReview = (ai: LabelAi): boolean =>
  ai.band === 'amber' && (openRegions(ai).length > 0 || ai.secondReader === null)

/** After an edit: these regions count as edited, and what the second reader saw is not there any more. */
export function afterEdit(ai: LabelAi, touched: readonly number[], editedMm3: number): LabelAi {
  const regions = ai.regions.map((region, n) =>
    touched.includes(n) ? ({ ...region, state: 'edited', word: null } as const) : region,
  )
  return { ...ai, regions, editedMm3, secondReader: null }
}

const WORST: readonly Band[] = ['red', 'amber', 'green']

/** Of a label made of two: the worse band with the regions of both. */
export function mergedAi(a: LabelAi | null, b: LabelAi | null): LabelAi | null {
  if (!a || !b || a === b) return a ?? b
  const [worse, better] = WORST.indexOf(a.band) <= WORST.indexOf(b.band) ? [a, b] : [b, a]
  const regions = [...worse.regions, ...better.regions]
  return { ...worse, regions, aiMm3: a.aiMm3 + b.aiMm3, secondReader: null }
}
