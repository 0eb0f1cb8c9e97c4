import type { PrinterProfile } from './profiles.ts'

/** The part as it stands on the plate. */
export interface PlacedPart {
  readonly volumeMm3: number
  readonly areaMm2: number
  readonly heightMm: number
  /** Space below overhangs, before it is filled. */
  readonly supportMm3: number
}

export interface Estimate {
  readonly layers: number
  /** In the part itself, without support and waste. */
  readonly partG: number
  readonly supportG: number
  /** All that is used up: part, support and waste. */
  readonly materialG: number
  readonly machineHours: number
  readonly materialCost: number
  readonly machineCost: number
  readonly labourCost: number
  readonly overhead: number
  readonly cost: number
}

const GRAMS_PER_KG = 1000
const MM3_PER_CM3 = 1000

/**
 * Time, material and cost of one part alone in the machine.
 * - skin = min(volume, area x skin thickness); laid = skin + (volume - skin) x infill
 * - support = space below overhangs x share that is filled
 * - material g = (laid + support) x density x (1 + waste)
 * - hours = set-up + layers x seconds a layer + (laid + support) / rate, the last only where the process has one
 * - cost = material g x price + machine h x rate + labour h x rate + overhead
 * Assumptions: flat walls (curvature is left out of the skin), one speed for skin, infill and support, and powder machines that hold this part
 * alone: nesting divides hours and overhead. All input must be finite and not negative.
 */
export function estimate(part: PlacedPart, profile: PrinterProfile): Estimate {
  const skinMm3 = Math.min(part.volumeMm3, part.areaMm2 * profile.skinMm)
  const laidMm3 = skinMm3 + ((part.volumeMm3 - skinMm3) * profile.infillPercent) / 100
  const supportMm3 = (part.supportMm3 * profile.supportPercent) / 100
  const grams = (mm3: number) => (mm3 / MM3_PER_CM3) * profile.material.densityGCm3
  const materialG = grams(laidMm3 + supportMm3) * (1 + profile.wastePercent / 100)
  // A height of exactly n layers must not become n + 1 by a rounding error.
  const layers = Math.ceil(part.heightMm / profile.layerMm - 1e-9)
  const machineHours =
    (profile.setupMin * 60 + layers * profile.layerSeconds + laying(profile, laidMm3 + supportMm3)) / 3600
  const materialCost = (materialG / GRAMS_PER_KG) * profile.material.pricePerKg
  const machineCost = machineHours * profile.hourRate
  const labourCost = (profile.labourMin / 60) * profile.labourRate
  return {
    layers,
    partG: grams(laidMm3),
    supportG: grams(supportMm3),
    materialG,
    machineHours,
    materialCost,
    machineCost,
    labourCost,
    overhead: profile.overhead,
    cost: materialCost + machineCost + labourCost + profile.overhead,
  }
}

const laying = ({ rateMm3S }: PrinterProfile, mm3: number) => (rateMm3S > 0 ? mm3 / rateMm3S : 0)
