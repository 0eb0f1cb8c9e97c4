import { type Guard, hasFields, isNumber } from '../core/shape.ts'
import type { Cell } from './csv-write.ts'

/** Stations whose time is taken by itself, as values in seconds. */
export const TIMED = ['scan', 'segment', 'model', 'check', 'print', 'verify'] as const
export type Timed = (typeof TIMED)[number]

/** Kinds of work of the RSNA-ACR 3D Printing Registry, each for clinicians and for other staff. */
export const WORK = ['consultation', 'segmentation', 'cad', 'preparation', 'finishing'] as const
export type Work = (typeof WORK)[number]
export const WHO = ['clinician', 'staff'] as const
export type Who = (typeof WHO)[number]

/** Which kind of work each station is. Consultation happens away from the screen and is typed in. */
export const WORK_OF: Readonly<Record<Timed, Work>> = {
  scan: 'segmentation',
  segment: 'segmentation',
  model: 'cad',
  check: 'cad',
  print: 'preparation',
  verify: 'finishing',
}

export type StationSeconds = Readonly<Record<Timed, number>>
export type Minutes = Readonly<Record<Work, number>>

export const NO_SECONDS: StationSeconds = { scan: 0, segment: 0, model: 0, check: 0, print: 0, verify: 0 }
export const NO_MINUTES: Minutes = { consultation: 0, segmentation: 0, cad: 0, preparation: 0, finishing: 0 }

const isDuration: Guard<number> = (value): value is number => isNumber(value) && value >= 0
export const isSeconds: Guard<StationSeconds> = hasFields({
  scan: isDuration,
  segment: isDuration,
  model: isDuration,
  check: isDuration,
  print: isDuration,
  verify: isDuration,
})
export const isMinutes: Guard<Minutes> = hasFields({
  consultation: isDuration,
  segmentation: isDuration,
  cad: isDuration,
  preparation: isDuration,
  finishing: isDuration,
})

/** Work on one case. */
export type CaseEffort = {
  readonly seconds: StationSeconds
  /** Who sits at this screen. */
  readonly who: Who
  /** Typed in, on top of what was timed. */
  readonly byHand: Readonly<Record<Who, Minutes>>
}

export const NO_EFFORT: CaseEffort = {
  seconds: NO_SECONDS,
  who: 'staff',
  byHand: { clinician: NO_MINUTES, staff: NO_MINUTES },
}

/** Minutes by person and kind of work. */
export function minutesOf({ seconds, who, byHand }: CaseEffort): Readonly<Record<Who, Minutes>> {
  const timed = { ...NO_MINUTES }
  for (const station of TIMED) timed[WORK_OF[station]] += seconds[station] / 60
  const sum = (hand: Minutes, own: boolean): Minutes => ({
    consultation: hand.consultation + (own ? timed.consultation : 0),
    segmentation: hand.segmentation + (own ? timed.segmentation : 0),
    cad: hand.cad + (own ? timed.cad : 0),
    preparation: hand.preparation + (own ? timed.preparation : 0),
    finishing: hand.finishing + (own ? timed.finishing : 0),
  })
  return { clinician: sum(byHand.clinician, who === 'clinician'), staff: sum(byHand.staff, who === 'staff') }
}

/** All minutes of one person. */
export const totalMinutes = (minutes: Minutes): number => WORK.reduce((sum, work) => sum + minutes[work], 0)

/** Money of one case. */
export interface CaseCost {
  readonly prints: number
  readonly labour: number
  /** Of the whole, what was spent on prints that were not accepted. */
  readonly reprints: number
  readonly total: number
}

/** `printCosts`: material, machine, labour at the machine and overhead of each print; `refused` says which were not accepted. */
export function caseCost(
  printCosts: readonly { readonly cost: number; readonly refused: boolean }[],
  minutes: Readonly<Record<Who, Minutes>>,
  hourRates: Readonly<Record<Who, number>>,
): CaseCost {
  const sumOf = (prints: typeof printCosts) => prints.reduce((sum, { cost }) => sum + cost, 0)
  const labour = WHO.reduce((sum, who) => sum + (totalMinutes(minutes[who]) / 60) * hourRates[who], 0)
  const prints = sumOf(printCosts)
  return { prints, labour, reprints: sumOf(printCosts.filter(({ refused }) => refused)), total: prints + labour }
}

/** Figures of others, shown beside a site's own. */
export const PUBLISHED = {
  /** RSNA-ACR registry, 20 sites, 2,637 cases (Wang 2024, JACR). */
  clinicianMin: 92.4,
  staffMin: 335,
  segmentationMin: 148,
  consultationMin: 33.6,
  cases: 2637,
  /** Ballard 2020, PMC7078060; 38.5 min: the registry, AuntMinnie 2022. */
  theatreSavedMin: [38.5, 62],
  dollarsPerTheatreMin: 62,
  breakEvenModelsPerYear: 63,
} as const

/** A part as the registry names it. */
export interface RegistryPart {
  readonly region: string
  readonly subregion: string
  readonly structure: string
  readonly laterality: 'left' | 'right' | 'not-applicable'
}

export interface RegistryPrint {
  /** Indices into the parts. */
  readonly parts: readonly number[]
  readonly printer: string
  readonly scale: number
  readonly material: string
}

/** Parts that the registry takes of one case at most. */
export const MOST_PARTS = 20

/** One case in the shape of the registry's fields: parts, prints, minutes. No date, no name, no free text from a scan. */
export function registryCase(
  parts: readonly RegistryPart[],
  prints: readonly RegistryPrint[],
  minutes: Readonly<Record<Who, Minutes>>,
) {
  const rounded = (who: Who) => Object.fromEntries(WORK.map((work) => [work, Math.round(minutes[who][work] * 10) / 10]))
  return {
    format: 'proofprint-registry-case/1',
    parts: parts.slice(0, MOST_PARTS),
    prints: prints.map((print) => ({ ...print, parts: print.parts.filter((part) => part < MOST_PARTS) })),
    minutes: { clinician: rounded('clinician'), staff: rounded('staff') },
  } as const
}

/** The table of minutes as rows of a CSV, its heading first. */
export function effortRows(minutes: Readonly<Record<Who, Minutes>>): Cell[][] {
  const tenth = (value: number) => Math.round(value * 10) / 10
  return [
    ['who', ...WORK, 'total_min'],
    ...WHO.map((who) => [who, ...WORK.map((work) => tenth(minutes[who][work])), tenth(totalMinutes(minutes[who]))]),
  ]
}
