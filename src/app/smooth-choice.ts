import { SMOOTH } from '../prepare/smooth.ts'
import type { Params } from './templates.ts'

export interface SmoothChoice {
  readonly strength: 'none' | 'light' | 'medium' | 'strong'
  /** Largest simplification error in mm; 0 keeps every triangle. */
  readonly maxErrorMm: number
}

/** Smoothing strengths of the Model station, in Taubin iterations. */
export const ITERATIONS = { none: 0, light: 5, medium: SMOOTH.defaults.iterations, strong: 40 } as const

/** What a template is overridden with for this choice. */
export function modelParams({ strength, maxErrorMm }: SmoothChoice): Params {
  const simplify = maxErrorMm > 0 ? { 'decimate.maxErrorMm': maxErrorMm } : {}
  return {
    'smooth.iterations': ITERATIONS[strength],
    'smooth.enabled': strength !== 'none',
    ...simplify,
    'decimate.enabled': maxErrorMm > 0,
  }
}
