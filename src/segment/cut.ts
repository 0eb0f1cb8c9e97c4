import { PipelineError } from '../core/errors.ts'
import { runBits } from '../core/mask.ts'

/** What happens to voxels inside an outline, or to those outside. */
export type CutOp = 'remove-inside' | 'remove-outside' | 'add-inside'

/** Which voxels change, as all bits or none: dropped inside, dropped outside, added inside. One loop serves every operation. */
const CHANGED: Readonly<Record<CutOp, readonly [dropInside: number, dropOutside: number, addInside: number]>> = {
  'remove-inside': [-1, 0, 0],
  'remove-outside': [0, -1, 0],
  'add-inside': [0, 0, -1],
}

/** Throws app/bad-parameter unless this is an operation. */
export function requireCutOp(op: CutOp): void {
  if (Object.hasOwn(CHANGED, op)) return
  throw new PipelineError('app/bad-parameter', 'Scissors remove inside, remove outside or add inside.', { op })
}

/**
 * Cuts voxels first .. last of a row, whose words begin at `base`; `inside` holds the row's bits from `insideBase` on.
 * Voxels before and after stay as they are. Mutates `words`.
 */
export function cutRow(
  words: Uint32Array,
  base: number,
  inside: Uint32Array,
  insideBase: number,
  first: number,
  last: number,
  op: CutOp,
): void {
  if (first > last) return
  const [dropInside, dropOutside, addInside] = CHANGED[op]
  for (let w = first >> 5; w <= last >> 5; w++) {
    const reach = runBits(w, first, last)
    const isIn = (inside[insideBase + w] as number) & reach
    const dropped = (isIn & dropInside) | (~isIn & reach & dropOutside)
    words[base + w] = ((words[base + w] as number) & ~dropped) | (isIn & addInside)
  }
}
