import type { Volume } from '../core/types.ts'
import type { Labelling } from './components.ts'

/**
 * Mean real value of each component on the scan they were made on; the sums are exact, whole numbers below 2^53. Reads 2 bytes a set voxel; memory: 8 bytes a component.
 */
export function meanOfPieces(pieces: Labelling, volume: Volume): Float64Array {
  const nx = pieces.grid.size[0]
  const sums = new Float64Array(pieces.count)
  for (let row = 0; row < pieces.rowStart.length - 1; row++) {
    for (let run = pieces.rowStart[row] as number; run < (pieces.rowStart[row + 1] as number); run++) {
      const span = pieces.runs[run] as number
      const label = pieces.labels[run] as number
      let sum = 0
      for (let at = row * nx + (span >>> 16); at <= row * nx + (span & 0xffff); at++) sum += volume.data[at] as number
      sums[label] = (sums[label] as number) + sum
    }
  }
  return sums.map((sum, n) => (volume.slope * sum) / (pieces.voxels[n] as number) + volume.intercept)
}
