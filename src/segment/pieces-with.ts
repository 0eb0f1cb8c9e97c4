import { wordsPerRow } from '../core/mask.ts'
import type { Mask } from '../core/types.ts'
import { type Labelling, piecesThat } from './components.ts'

/** The components that hold any voxel of `core`, which lies on the same grid. Reads 1/8 byte a voxel; memory: one mask. */
export function piecesWith(pieces: Labelling, core: Mask): Mask {
  const chosen = new Uint8Array(pieces.count)
  const perRow = wordsPerRow(pieces.grid)
  for (let row = 0; row < pieces.rowStart.length - 1; row++) {
    for (let run = pieces.rowStart[row] as number; run < (pieces.rowStart[row + 1] as number); run++) {
      const label = pieces.labels[run] as number
      if (chosen[label] === 0 && anyInSpan(core.words, row * perRow, pieces.runs[run] as number)) chosen[label] = 1
    }
  }
  return piecesThat(pieces, (n) => chosen[n] === 1)
}

/** Whether a bit of the row is set in first << 16 | last. */
function anyInSpan(words: Uint32Array, base: number, span: number): boolean {
  const [first, last] = [span >>> 16, span & 0xffff]
  for (let w = first >> 5; w <= last >> 5; w++) {
    const head = w === first >> 5 ? -1 << (first & 31) : -1
    const tail = w === last >> 5 ? -1 >>> (31 - (last & 31)) : -1
    if (((words[base + w] as number) & head & tail) !== 0) return true
  }
  return false
}
