import { voxelCount } from '../core/affine.ts'
import type { Grid, LabelMap } from '../core/types.ts'
import type { MemberView } from './member-view.ts'

/** Mean probability over members: value / full, by class, x fastest on the conformed grid. */
export interface MeanProbability {
  readonly grid: Grid
  readonly sums: readonly Uint16Array[]
  readonly full: number
}

/** The winning channel of every voxel of the conformed grid, the lower among equals. Memory: the result. */
export function winningChannels({ grid, sums }: MeanProbability): LabelMap {
  const labels = new Uint8Array(voxelCount(grid))
  const plane = grid.size[0] * grid.size[1]
  for (let from = 0; from < labels.length; from += plane) {
    const best = new Uint16Array(plane)
    sums.forEach((values, channel) => {
      for (let n = 0, at = from; n < plane; n++, at++) {
        const value = values[at] as number
        if (value <= (best[n] as number)) continue
        best[n] = value
        labels[at] = channel
      }
    })
  }
  return { grid, labels }
}

/**
 * What members say, put together as they come: the sum of their probabilities, 16 bits a class and voxel (a step of 1 / 65535
 * shared among them: halves of a difference that small are ties), and the winning channel of each, a byte a voxel.
 */
export class MemberTally {
  readonly mean: MeanProbability
  readonly labels: LabelMap[] = []
  readonly #share: number
  readonly #best: Float32Array

  constructor(grid: Grid, classes: number, members: number) {
    const voxels = voxelCount(grid)
    this.#share = Math.floor(65_535 / members)
    this.#best = new Float32Array(grid.size[0])
    this.mean = {
      grid,
      sums: Array.from({ length: classes }, () => new Uint16Array(voxels)),
      full: this.#share * members,
    }
  }

  /** Begins the next member. */
  begin(): void {
    this.labels.push({ grid: this.mean.grid, labels: new Uint8Array(voxelCount(this.mean.grid)) })
  }

  /** Takes planes `from` to `end - 1` of the member's view; `planes` holds them from `from` on, by class. */
  take(planes: readonly Float32Array[], view: MemberView, from: number, end: number): void {
    const [, ny, nz] = this.mean.grid.size
    for (let k = 0; k < nz; k++) {
      const plane = view[2].to[k] as number
      if (plane < from || plane >= end) continue
      for (let j = 0; j < ny; j++) {
        this.#takeRow(planes, view, ((plane - from) * ny + (view[1].to[j] as number)) * this.#best.length, k * ny + j)
      }
    }
  }

  #takeRow(planes: readonly Float32Array[], view: MemberView, source: number, row: number): void {
    const columns = view[0].to
    const best = this.#best.fill(-1)
    const { labels } = this.labels[this.labels.length - 1] as LabelMap
    const start = row * best.length
    planes.forEach((values, channel) => {
      const sums = this.mean.sums[channel] as Uint16Array
      addRow(values, source, columns, this.#share, sums, start)
      competeRow(values, source, columns, channel, best, labels, start)
    })
  }
}

function addRow(
  values: Float32Array,
  source: number,
  columns: Int32Array,
  share: number,
  sums: Uint16Array,
  start: number,
): void {
  for (let i = 0; i < columns.length; i++) {
    const p = values[source + (columns[i] as number)] as number
    // A product of 24 and 16 bits is exact, so this rounds as Math.round() does.
    sums[start + i] = (sums[start + i] as number) + ((p * share + 0.5) | 0)
  }
}

/** Lets a class win the voxels where it is likelier than those before it. */
function competeRow(
  values: Float32Array,
  source: number,
  columns: Int32Array,
  channel: number,
  best: Float32Array,
  labels: Uint8Array,
  start: number,
): void {
  for (let i = 0; i < columns.length; i++) {
    const p = values[source + (columns[i] as number)] as number
    if (p <= (best[i] as number)) continue
    best[i] = p
    labels[start + i] = channel
  }
}
