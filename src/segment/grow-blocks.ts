import type { Volume } from '../core/types.ts'
import { Buckets } from './buckets.ts'
import type { GrowStart } from './grow-start.ts'
import { frontWords, GAIN_BITS, type GrowState, MOST_COST, paddedSize } from './grow-state.ts'

/** Voxels a side of a block: one word of the front wide; costs, labels and values of a block stay in the cache. */
const SIDE_BITS = 5
const SIDE = 1 << SIDE_BITS
const LAST = SIDE - 1
const SLICE_SHIFT = 2 * SIDE_BITS
const IDLE = MOST_COST + 1
/**
 * How far past the cheapest cost waiting elsewhere a block is worked on before others get their turn. Measured at 256^3 with
 * noise: 32 spreads each voxel 1.001 times but fetches blocks 3 times as often, 4096 spreads 1.11 times.
 */
const SLACK = 256

type BlockAt = readonly [x: number, y: number, z: number]

/** What a block shares: positions of its first voxel, and how far the next row and slice are. */
interface Frame {
  readonly at: BlockAt
  readonly origin: number
  readonly scanOrigin: number
}

/**
 * Cheapest ways (Dijkstra 1959), block by block: inside a block the cheapest voxel spreads first; what crosses into another
 * block waits there in the front. The block with the cheapest cost waiting is next. A voxel may spread again when a cheaper
 * way comes from a neighbouring block; the result is the minimum all the same, so blocks do not show in it. One queue over
 * the whole box took 4 to 7 times as long at 256^3: each step missed the cache.
 * Memory: the queue of one block and 2 bytes a block.
 */
export class GrowBlocks {
  /** Voxels that have spread so far, some more than once. */
  spread = 0
  private readonly data: Int16Array
  /** Voxels from one row and one slice to the next, of the scan and of the state. */
  private readonly nx: number
  private readonly area: number
  private readonly px: number
  private readonly slice: number
  private readonly state: GrowState
  private readonly front: Uint32Array
  private readonly words: number
  private readonly rows: number
  private readonly slices: number
  private readonly blocks: BlockAt
  /** By block: the least cost waiting in its front. */
  private readonly waiting: Uint16Array
  private readonly queue = new Buckets(MOST_COST + 1)
  /** Of the costs queued since a block was begun. */
  private lowest = 0
  private highest = 0

  constructor({ data, grid }: Volume, { state, front }: GrowStart) {
    const [px, py, pz] = paddedSize(state.box)
    this.data = data
    this.nx = grid.size[0]
    this.area = grid.size[0] * grid.size[1]
    this.px = px
    this.slice = px * py
    this.state = state
    this.front = front
    this.words = frontWords(state.box)
    this.rows = py - 2
    this.slices = pz - 2
    this.blocks = [this.words, Math.ceil(this.rows / SIDE), Math.ceil(this.slices / SIDE)]
    this.waiting = new Uint16Array(this.blocks[0] * this.blocks[1] * this.blocks[2]).fill(IDLE)
    this.findWaiting()
  }

  private findWaiting(): void {
    for (let z = 0; z < this.blocks[2]; z++) {
      for (let y = 0; y < this.blocks[1]; y++) {
        for (let x = 0; x < this.blocks[0]; x++) {
          const at = [x, y, z] as const
          const { origin } = this.frameOf(at)
          this.eachWaiting(at, (local) => this.wait(at, this.state.costs[this.positionOf(origin, local)] as number))
        }
      }
    }
  }

  private frameOf(at: BlockAt): Frame {
    const { from } = this.state.box
    const [i, j, k] = [at[0] * SIDE, at[1] * SIDE, at[2] * SIDE]
    return {
      at,
      origin: i + 1 + this.px * (j + 1) + this.slice * (k + 1),
      scanOrigin: from[0] + i + this.nx * (from[1] + j) + this.area * (from[2] + k),
    }
  }

  private positionOf(origin: number, local: number): number {
    return origin + (local & LAST) + this.px * ((local >> SIDE_BITS) & LAST) + this.slice * (local >> SLICE_SHIFT)
  }

  /** Calls with each voxel of the block that waits in the front: x, y and z within the block, five bits each. */
  private eachWaiting([x, y, z]: BlockAt, visit: (local: number) => void): void {
    const rows = Math.min(SIDE, this.rows - y * SIDE)
    const slices = Math.min(SIDE, this.slices - z * SIDE)
    for (let k = 0; k < slices; k++) {
      for (let j = 0; j < rows; j++) {
        const word = x + this.words * (y * SIDE + j + this.rows * (z * SIDE + k))
        for (let bits = this.front[word] as number; bits !== 0; bits &= bits - 1) {
          visit((k << SLICE_SHIFT) | (j << SIDE_BITS) | (LAST - Math.clz32(bits & -bits)))
        }
      }
    }
  }

  private wait([x, y, z]: BlockAt, cost: number): void {
    const block = x + this.blocks[0] * (y + this.blocks[1] * z)
    if (cost < (this.waiting[block] as number)) this.waiting[block] = cost
  }

  /** Works on the block with the cheapest cost waiting; false when nothing waits any more. */
  workOnCheapest(): boolean {
    let block = 0
    let second = IDLE
    for (let n = 1; n < this.waiting.length; n++) {
      const cost = this.waiting[n] as number
      if (cost < (this.waiting[block] as number)) {
        second = this.waiting[block] as number
        block = n
      } else if (cost < second) second = cost
    }
    if (this.waiting[block] === IDLE) return false
    const x = block % this.blocks[0]
    const above = (block - x) / this.blocks[0]
    const y = above % this.blocks[1]
    this.waiting[block] = IDLE
    this.work(this.frameOf([x, y, (above - y) / this.blocks[1]]), Math.min(MOST_COST, second + SLACK))
    return true
  }

  /** Spreads all that costs at most `most`; the rest goes on waiting. */
  private work(frame: Frame, most: number): void {
    this.takeFront(frame)
    for (let level = this.lowest; level <= most && level <= this.highest; level++) {
      for (let local = this.queue.pop(level); local >= 0; local = this.queue.pop(level)) {
        const position = this.positionOf(frame.origin, local)
        if (this.state.costs[position] === level) this.spreadFrom(frame, local, position, level)
      }
    }
    for (let level = most + 1; level <= this.highest; level++) {
      for (let local = this.queue.pop(level); local >= 0; local = this.queue.pop(level)) {
        const isLatest = this.state.costs[this.positionOf(frame.origin, local)] === level
        if (isLatest) this.putInFront(frame.at, local, level)
      }
    }
  }

  private takeFront({ at, origin }: Frame): void {
    this.lowest = MOST_COST
    this.highest = 0
    this.eachWaiting(at, (local) => this.enqueue(this.state.costs[this.positionOf(origin, local)] as number, local))
    const [x, y, z] = at
    for (let k = z * SIDE; k < Math.min(this.slices, z * SIDE + SIDE); k++) {
      for (let j = y * SIDE; j < Math.min(this.rows, y * SIDE + SIDE); j++)
        this.front[x + this.words * (j + this.rows * k)] = 0
    }
  }

  private enqueue(cost: number, local: number): void {
    if (cost < this.lowest) this.lowest = cost
    if (cost > this.highest) this.highest = cost
    this.queue.push(cost, local)
  }

  private putInFront(at: BlockAt, local: number, cost: number): void {
    const [x, y, z] = at
    const j = y * SIDE + ((local >> SIDE_BITS) & LAST)
    const word = x + this.words * (j + this.rows * (z * SIDE + (local >> SLICE_SHIFT)))
    this.front[word] = (this.front[word] as number) | (1 << (local & LAST))
    this.wait(at, cost)
  }

  private spreadFrom(frame: Frame, local: number, position: number, level: number): void {
    this.spread++
    const { state, nx, area, px, slice } = this
    const i = local & LAST
    const j = (local >> SIDE_BITS) & LAST
    const k = local >> SLICE_SHIFT
    const scan = frame.scanOrigin + i + nx * j + area * k
    const value = this.data[scan] as number
    const label = state.labels[position] as number
    const lengths = state.rule.lengths
    const inX = level + lengths[0]
    const inY = level + lengths[1]
    const inZ = level + lengths[2]
    this.reached(frame, local, 0, i === 0, -1, this.offer(position - 1, scan - 1, value, inX, label))
    this.reached(frame, local, 0, i === LAST, 1, this.offer(position + 1, scan + 1, value, inX, label))
    this.reached(frame, local, 1, j === 0, -1, this.offer(position - px, scan - nx, value, inY, label))
    this.reached(frame, local, 1, j === LAST, 1, this.offer(position + px, scan + nx, value, inY, label))
    this.reached(frame, local, 2, k === 0, -1, this.offer(position - slice, scan - area, value, inZ, label))
    this.reached(frame, local, 2, k === LAST, 1, this.offer(position + slice, scan + area, value, inZ, label))
  }

  /** Queues the neighbour of `local` along an axis; one in the next block waits in its front. Cost 0: was not reached. */
  private reached(frame: Frame, local: number, axis: 0 | 1 | 2, crosses: boolean, sign: 1 | -1, cost: number): void {
    if (cost === 0) return
    const step = sign << (axis * SIDE_BITS)
    if (!crosses) {
      this.enqueue(cost, local + step)
      return
    }
    const at = frame.at.map((n, a) => (a === axis ? n + sign : n)) as unknown as BlockAt
    this.putInFront(at, local - LAST * step, cost)
  }

  /**
   * The new cost of a neighbour when the way here is cheaper, else 0. Around the box the cost is 0, and nothing is cheaper
   * than that: there is no voxel of the scan to read.
   */
  private offer(to: number, scan: number, value: number, least: number, label: number): number {
    const { costs, labels, rule } = this.state
    const before = costs[to] as number
    if (before < least && before < MOST_COST) return 0
    const difference = Math.abs((this.data[scan] as number) - value)
    const contrast = ((difference < rule.span ? difference : rule.span) * rule.gain) >> GAIN_BITS
    const cost = Math.min(MOST_COST, least + contrast)
    if (cost > before || (cost === before && label >= (labels[to] as number))) return 0
    costs[to] = cost
    labels[to] = label
    return cost
  }
}
