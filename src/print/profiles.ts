import { PROCESS_IDS, type ProcessId } from '../core/finding.ts'
import { type Guard, hasFields, isNumber, isOneOf, isText } from '../core/shape.ts'
import type { Vec3 } from '../core/types.ts'
import { PROCESSES } from '../qa/process.ts'

export type Material = {
  readonly name: string
  readonly densityGCm3: number
  readonly pricePerKg: number
}

/** One printer with one material in it. Money is in `currency`, whichever that is. */
export type PrinterProfile = {
  readonly id: string
  readonly name: string
  readonly process: ProcessId
  readonly buildMm: Vec3
  /** FDM: nozzle. SLA and SLS: laser spot or pixel. MJF and PolyJet: pixel. */
  readonly spotMm: number
  readonly layerMm: number
  readonly material: Material
  readonly currency: string
  /** Of the machine: wear, power, room. */
  readonly hourRate: number
  /** Of the person. */
  readonly labourRate: number
  /** Setting up, taking off, cleaning. */
  readonly labourMin: number
  /** Of one print, whatever its size. */
  readonly overhead: number
  /** Heating, levelling, cooling. */
  readonly setupMin: number
  /** Recoating, peeling, moving: once for every layer. */
  readonly layerSeconds: number
  /** Material laid down or cured in a second; 0 where the time goes by height alone. */
  readonly rateMm3S: number
  /** Solid skin of a part that is filled loosely; of no account at an infill of 100 %. */
  readonly skinMm: number
  readonly infillPercent: number
  /** How much of the space below an overhang support fills. */
  readonly supportPercent: number
  /** Material used up and not in the part, in percent of what is: purge, refreshed powder, resin left on the part. */
  readonly wastePercent: number
}

/** What may be typed into each number of a profile, and what a stored one may hold. */
export const PROFILE_LIMITS = {
  buildMm: [10, 3000],
  spotMm: [0.005, 5],
  layerMm: [0.005, 2],
  densityGCm3: [0.1, 25],
  pricePerKg: [0, 100_000],
  hourRate: [0, 10_000],
  labourRate: [0, 10_000],
  labourMin: [0, 10_000],
  overhead: [0, 100_000],
  setupMin: [0, 10_000],
  layerSeconds: [0, 3600],
  rateMm3S: [0, 100_000],
  skinMm: [0, 20],
  infillPercent: [0, 100],
  supportPercent: [0, 100],
  wastePercent: [0, 1000],
} as const satisfies Readonly<Record<string, readonly [number, number]>>

export const LONGEST_PROFILE_NAME = 40
const LONGEST_ID = 64
const LONGEST_CURRENCY = 8

const isLine =
  (longest: number): Guard<string> =>
  (value): value is string =>
    isText(value) && value.trim() !== '' && value.length <= longest && !/[\p{Cc}\p{Cs}]/u.test(value)
const isWithin =
  ([from, to]: readonly [number, number]): Guard<number> =>
  (value): value is number =>
    isNumber(value) && value >= from && value <= to
const isSize: Guard<Vec3> = (value): value is Vec3 =>
  Array.isArray(value) && value.length === 3 && value.every(isWithin(PROFILE_LIMITS.buildMm))

/** Whether a value is a profile whose every number can be reckoned with. */
export const isProfile: Guard<PrinterProfile> = hasFields({
  id: isLine(LONGEST_ID),
  name: isLine(LONGEST_PROFILE_NAME),
  process: isOneOf(PROCESS_IDS),
  buildMm: isSize,
  spotMm: isWithin(PROFILE_LIMITS.spotMm),
  layerMm: isWithin(PROFILE_LIMITS.layerMm),
  material: hasFields({
    name: isLine(LONGEST_PROFILE_NAME),
    densityGCm3: isWithin(PROFILE_LIMITS.densityGCm3),
    pricePerKg: isWithin(PROFILE_LIMITS.pricePerKg),
  }),
  currency: isLine(LONGEST_CURRENCY),
  hourRate: isWithin(PROFILE_LIMITS.hourRate),
  labourRate: isWithin(PROFILE_LIMITS.labourRate),
  labourMin: isWithin(PROFILE_LIMITS.labourMin),
  overhead: isWithin(PROFILE_LIMITS.overhead),
  setupMin: isWithin(PROFILE_LIMITS.setupMin),
  layerSeconds: isWithin(PROFILE_LIMITS.layerSeconds),
  rateMm3S: isWithin(PROFILE_LIMITS.rateMm3S),
  skinMm: isWithin(PROFILE_LIMITS.skinMm),
  infillPercent: isWithin(PROFILE_LIMITS.infillPercent),
  supportPercent: isWithin(PROFILE_LIMITS.supportPercent),
  wastePercent: isWithin(PROFILE_LIMITS.wastePercent),
})

const COMMON = { currency: 'EUR', labourRate: 40, overhead: 0 } as const
const SOLID = { skinMm: 0, infillPercent: 100 } as const

const FDM: PrinterProfile = {
  ...COMMON,
  id: 'prusa-mk4-pla',
  name: 'Prusa MK4, PLA',
  process: 'fdm',
  buildMm: PROCESSES.fdm.buildMm,
  spotMm: 0.4,
  layerMm: 0.2,
  material: { name: 'PLA', densityGCm3: 1.24, pricePerKg: 25 },
  hourRate: 1,
  labourMin: 30,
  setupMin: 8,
  layerSeconds: 3,
  rateMm3S: 7,
  skinMm: 1.2,
  infillPercent: 20,
  supportPercent: 15,
  wastePercent: 5,
}

const SLA: PrinterProfile = {
  ...COMMON,
  ...SOLID,
  id: 'form-3b-resin',
  name: 'Formlabs Form 3B, resin',
  process: 'sla',
  buildMm: PROCESSES.sla.buildMm,
  spotMm: 0.085,
  layerMm: 0.1,
  material: { name: 'Standard resin', densityGCm3: 1.18, pricePerKg: 160 },
  hourRate: 3,
  labourMin: 45,
  setupMin: 10,
  layerSeconds: 12,
  rateMm3S: 6,
  supportPercent: 10,
  wastePercent: 10,
}

/**
 * Profiles to begin with; a site changes a copy to what its own machine does. Build volumes: `qa/process.ts`, and for the second FDM
 * machine Bambu Lab, X1 Carbon, technical specifications: 256 x 256 x 256 mm. Densities: the makers' data sheets, rounded
 * (PLA 1.24, cured resin 1.18, PA12 0.93 sintered and 1.01 fused, PolyJet 1.18 g/cm3). Speeds, prices, rates and shares: this
 * project's proposals, to be replaced by what a site measures and pays.
 */
export const SHIPPED_PROFILES: readonly PrinterProfile[] = [
  FDM,
  {
    ...FDM,
    id: 'bambu-x1c-pla',
    name: 'Bambu Lab X1 Carbon, PLA',
    buildMm: [256, 256, 256],
    hourRate: 1.5,
    layerSeconds: 2,
    rateMm3S: 12,
  },
  SLA,
  {
    ...COMMON,
    ...SOLID,
    id: 'fuse-1-pa12',
    name: 'Formlabs Fuse 1, PA12',
    process: 'sls',
    buildMm: PROCESSES.sls.buildMm,
    spotMm: 0.2,
    layerMm: 0.11,
    material: { name: 'PA12', densityGCm3: 0.93, pricePerKg: 90 },
    hourRate: 6,
    labourMin: 60,
    setupMin: 90,
    layerSeconds: 12,
    rateMm3S: 30,
    supportPercent: 0,
    wastePercent: 100,
  },
  {
    ...COMMON,
    ...SOLID,
    id: 'mjf-5200-pa12',
    name: 'HP Jet Fusion 5200, PA12',
    process: 'mjf',
    buildMm: PROCESSES.mjf.buildMm,
    spotMm: 0.021,
    layerMm: 0.08,
    material: { name: 'PA12', densityGCm3: 1.01, pricePerKg: 60 },
    hourRate: 40,
    labourMin: 60,
    setupMin: 60,
    layerSeconds: 9,
    rateMm3S: 0,
    supportPercent: 0,
    wastePercent: 25,
  },
  {
    ...COMMON,
    ...SOLID,
    id: 'j750-polyjet',
    name: 'Stratasys J750, PolyJet',
    process: 'polyjet',
    buildMm: PROCESSES.polyjet.buildMm,
    spotMm: 0.042,
    layerMm: 0.027,
    material: { name: 'Photopolymer', densityGCm3: 1.18, pricePerKg: 300 },
    hourRate: 25,
    labourMin: 60,
    setupMin: 20,
    layerSeconds: 9,
    rateMm3S: 0,
    supportPercent: 100,
    wastePercent: 30,
  },
]
