import { sameGrid } from '../core/affine.ts'
import { PipelineError } from '../core/errors.ts'
import { maskLength, tailBits, wordsPerRow } from '../core/mask.ts'
import type { StageSpec } from '../core/stage.ts'
import type { Mask } from '../core/types.ts'

export type CombineOp = 'union' | 'subtract' | 'intersect'

export const COMBINE = {
  name: 'combine',
  version: 1,
  defaults: { op: 'union' },
} as const satisfies StageSpec<{ readonly op: CombineOp }>

const WORD_OPS: Record<CombineOp, (a: number, b: number) => number> = {
  union: (a, b) => a | b,
  subtract: (a, b) => a & ~b,
  intersect: (a, b) => a & b,
}

/** The voxels of a or b, of a without b, or of both. May be empty. Throws segment/grid-mismatch. */
export function combine(a: Mask, b: Mask, op: CombineOp): Mask {
  if (!sameGrid(a.grid, b.grid)) {
    throw new PipelineError('segment/grid-mismatch', 'These masks belong to different scans and cannot be combined.')
  }
  const words = new Uint32Array(a.words.length)
  const apply = WORD_OPS[op]
  for (let n = 0; n < words.length; n++) words[n] = apply(a.words[n] as number, b.words[n] as number)
  return { grid: a.grid, words }
}

/** The voxels that are not set. */
export function complement(mask: Mask): Mask {
  const perRow = wordsPerRow(mask.grid)
  const tail = tailBits(mask.grid)
  const words = new Uint32Array(maskLength(mask.grid))
  for (let n = 0; n < words.length; n++) words[n] = ~(mask.words[n] as number)
  for (let n = perRow - 1; n < words.length; n += perRow) words[n] = (words[n] as number) & tail
  return { grid: mask.grid, words }
}
