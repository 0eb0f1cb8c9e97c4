import type { PartFit } from '../app/part-view.ts'
import { FACING_MM } from '../qa/fit.ts'
import { mm, volume } from './format.ts'

// The words of the fit of two bodies.

export const FIT = {
  title: 'Fit of two bodies',
  lead: 'Measures the gaps between two bodies as they will be printed, and colours both by them.',
  first: 'Body',
  second: 'Against',
  clearance: 'Clearance wanted',
  act: 'Measure the fit',
  least: 'Smallest gap',
  deepest: 'Deepest overlap',
  overlap: 'Overlap',
  facing: `Facing, nearer than ${mm(FACING_MM)}`,
  tight: (clearanceMm: number) => `Nearer than ${mm(clearanceMm)}`,
  close: 'Close, and show the bodies as before',
  verdict: ({ overlapMm3, leastMm, clearanceMm, facingMm2 }: PartFit) => {
    if (overlapMm3 > 0)
      return `They overlap by ${volume(overlapMm3)}: they cannot be put together. Take one away from the other, or move its surface in.`
    if (facingMm2 === 0) return `They lie apart: no place is nearer than ${mm(FACING_MM)}.`
    if (leastMm < clearanceMm)
      return `They go together, but some places are nearer than ${mm(clearanceMm)} and may bind.`
    return `They go together: every gap is ${mm(clearanceMm)} or more.`
  },
  key: (id: 'overlap' | 'tight' | 'facing' | 'free', clearanceMm: number) =>
    ({
      overlap: 'Overlaps',
      tight: `Under ${mm(clearanceMm)}`,
      facing: `Up to ${mm(FACING_MM)}`,
      free: 'Free',
    })[id],
}
