import type { Mat3, Vec3 } from '../core/types.ts'
import type { MeasuredBlock } from './acceptance.ts'
import { turned } from './rotation.ts'
import type { BlockAxes } from './ticket.ts'

/** One accepted or refused print under the caliper. */
export interface DriftSample {
  /** ISO 8601, UTC. */
  readonly at: string
  readonly blocks: readonly MeasuredBlock[]
  /** From axes of the part to axes of the printer, as it lay on the plate. */
  readonly rotation: Mat3
}

/** A control chart of single values (individuals and moving range: NIST/SEMATECH e-Handbook, 6.3.2.2). */
export interface ControlChart {
  readonly values: readonly number[]
  readonly centre: number
  /** Null below LEAST_FOR_LIMITS values. */
  readonly limits: { readonly low: number; readonly high: number } | null
  readonly signals: readonly Signal[]
}

/** 'beyond': outside the limits. 'run': the last of eight in a row on one side of the centre (Western Electric rule 4). */
export interface Signal {
  readonly index: number
  readonly kind: 'beyond' | 'run'
}

export interface Compensation {
  readonly n: number
  /** Mean by which parts come out too large, percent, and its 95 % interval (Student's t over prints). */
  readonly meanPercent: number
  readonly low: number
  readonly high: number
  /** Scale the machine's axis by this; null where the evidence does not carry it. */
  readonly factor: number | null
  readonly why: 'too-few' | 'may-be-nothing' | null
}

/** This project's proposals: fewer prints say more about the caliper than about the printer. */
export const LEAST_FOR_LIMITS = 8
export const LEAST_FOR_COMPENSATION = 10
/** 3 / d2 for a moving range of two. */
const MOVING_RANGE_FACTOR = 2.66
const RUN = 8
const WORST_CONDITION = 1e-3
const ALONG_PART: BlockAxes = [
  [1, 0, 0],
  [0, 1, 0],
  [0, 0, 1],
]

/**
 * By how many percent the printer's x, y and z are too long, from one print: least squares over every measured edge, where an edge
 * along u grows by the sum of strain x (u along that axis)^2, right to first order. Null when too little was measured, or the part lay
 * so that its edges cannot tell the axes apart.
 */
export function printerStrainPercent({ blocks, rotation }: Omit<DriftSample, 'at'>): Vec3 | null {
  const normal = [0, 0, 0, 0, 0, 0, 0, 0, 0]
  const right: [number, number, number] = [0, 0, 0]
  for (const { expectedMm, measuredMm, axes = ALONG_PART } of blocks) {
    for (const [axis, mm] of measuredMm.entries()) {
      if (mm === null) continue
      const expected = expectedMm[axis] as number
      const weights = turned(rotation, axes[axis] as Vec3).map((along) => along ** 2)
      const percent = (100 * (mm - expected)) / expected
      for (let i = 0; i < 3; i++) {
        right[i] = (right[i] as number) + (weights[i] as number) * percent
        for (let j = 0; j < 3; j++) {
          normal[3 * i + j] = (normal[3 * i + j] as number) + (weights[i] as number) * (weights[j] as number)
        }
      }
    }
  }
  return solved(normal, right)
}

/** Cramer's rule; null when the matrix is all but singular. */
function solved(m: readonly number[], b: Vec3): Vec3 | null {
  const [a00, a01, a02, a10, a11, a12, a20, a21, a22] = m as unknown as Mat3
  const det = a00 * (a11 * a22 - a12 * a21) - a01 * (a10 * a22 - a12 * a20) + a02 * (a10 * a21 - a11 * a20)
  const size = Math.max(a00, a11, a22)
  if (!(det > WORST_CONDITION * size ** 3)) return null
  const x = b[0] * (a11 * a22 - a12 * a21) - a01 * (b[1] * a22 - a12 * b[2]) + a02 * (b[1] * a21 - a11 * b[2])
  const y = a00 * (b[1] * a22 - a12 * b[2]) - b[0] * (a10 * a22 - a12 * a20) + a02 * (a10 * b[2] - b[1] * a20)
  const z = a00 * (a11 * b[2] - b[1] * a21) - a01 * (a10 * b[2] - b[1] * a20) + b[0] * (a10 * a21 - a11 * a20)
  return [x / det, y / det, z / det]
}

/**
 * How far off a printer prints, mm: root mean square of measured less expected over every measured edge, as published figures are
 * told. Null below LEAST_FOR_LIMITS prints that were measured at all.
 */
export function printErrorMm(prints: readonly Pick<DriftSample, 'blocks'>[]): number | null {
  const off = prints.map(({ blocks }) =>
    blocks.flatMap(({ expectedMm, measuredMm }) =>
      measuredMm.flatMap((mm, axis) => (mm === null ? [] : [mm - (expectedMm[axis] as number)])),
    ),
  )
  const measured = off.filter((edges) => edges.length > 0)
  return measured.length < LEAST_FOR_LIMITS ? null : Math.sqrt(meanOf(measured.flat().map((mm) => mm ** 2)))
}

/** Values in the order of time. NaN without any. */
export function controlChart(values: readonly number[]): ControlChart {
  const centre = meanOf(values)
  const ranges = values.slice(1).map((value, n) => Math.abs(value - (values[n] as number)))
  const reach = MOVING_RANGE_FACTOR * meanOf(ranges)
  const limits = values.length < LEAST_FOR_LIMITS ? null : { low: centre - reach, high: centre + reach }
  return { values, centre, limits, signals: limits === null ? [] : signalsOf(values, centre, limits) }
}

function signalsOf(values: readonly number[], centre: number, limits: { low: number; high: number }): Signal[] {
  let side = 0
  let length = 0
  return values.flatMap((value, index): Signal[] => {
    const now = Math.sign(value - centre)
    length = now !== 0 && now === side ? length + 1 : 1
    side = now
    if (value < limits.low || value > limits.high) return [{ index, kind: 'beyond' }]
    return now !== 0 && length >= RUN ? [{ index, kind: 'run' }] : []
  })
}

/** What to scale one axis by, from the strains of its prints in percent. */
export function compensation(strainsPercent: readonly number[]): Compensation {
  const n = strainsPercent.length
  const mean = meanOf(strainsPercent)
  const spread = Math.sqrt(strainsPercent.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1))
  const reach = n < 2 ? Number.NaN : (studentT975(n - 1) * spread) / Math.sqrt(n)
  const [low, high] = [mean - reach, mean + reach]
  const why = n < LEAST_FOR_COMPENSATION ? 'too-few' : low <= 0 && high >= 0 ? 'may-be-nothing' : null
  return { n, meanPercent: mean, low, high, factor: why === null ? 1 / (1 + mean / 100) : null, why }
}

const meanOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length

/** 97.5 % quantile of Student's t (Abramowitz and Stegun 26.7.5): to 0.001 from 7 degrees of freedom on. */
export function studentT975(degrees: number): number {
  const z = 1.959963985
  const [z3, z5, z7] = [z ** 3, z ** 5, z ** 7]
  return (
    z +
    (z3 + z) / (4 * degrees) +
    (5 * z5 + 16 * z3 + 3 * z) / (96 * degrees ** 2) +
    (3 * z7 + 19 * z5 + 17 * z3 - 15 * z) / (384 * degrees ** 3)
  )
}
