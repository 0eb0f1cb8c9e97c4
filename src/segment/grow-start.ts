import { sameGrid } from '../core/affine.ts'
import { PipelineError } from '../core/errors.ts'
import { hasVoxel } from '../core/mask.ts'
import type { LabelMap, Mask, Vec3, Volume } from '../core/types.ts'
import {
  type Box,
  eachBoxRow,
  frontWords,
  GAIN_BITS,
  type GrowInput,
  type GrowParams,
  type GrowState,
  paddedSize,
  type StepRule,
  UNREACHED,
} from './grow-state.ts'

const MOST_CONTRAST = 1023
const MOST_LENGTH = 1024

function ruleOf(volume: Volume, params: GrowParams): StepRule {
  const { spacing } = volume.grid
  const finest = Math.min(...spacing)
  const length = (mm: number) => Math.min(MOST_LENGTH, Math.round((params.locality * mm) / finest))
  const span = contrastSpan(volume.data)
  return {
    lengths: [length(spacing[0]), length(spacing[1]), length(spacing[2])],
    span,
    gain: Math.floor((MOST_CONTRAST << GAIN_BITS) / span),
  }
}

const LEVELS = 65_536
const MOST_SAMPLES = 2 ** 20
/** Share of the voxels at either end that do not count: metal and the air around its streaks. */
const TAIL = 0.005

/** Stored units between the darkest and brightest voxels but for the outermost 0.5 % on both ends; at least 1. */
function contrastSpan(data: Int16Array): number {
  const counts = new Uint32Array(LEVELS)
  // Odd, so that no column of a scan is met again and again.
  const step = Math.ceil(data.length / MOST_SAMPLES) | 1
  let samples = 0
  for (let n = 0; n < data.length; n += step, samples++) {
    const level = (data[n] as number) + 32_768
    counts[level] = (counts[level] as number) + 1
  }
  const tail = Math.floor(samples * TAIL)
  const edge = (start: number, move: 1 | -1) => {
    let level = start
    for (let passed = counts[level] as number; passed <= tail && samples > 0; passed += counts[level] as number)
      level += move
    return level
  }
  return Math.max(1, edge(LEVELS - 1, -1) - edge(0, 1))
}

/** Throws unless all lie on one grid and the parameters can be used. Errors: segment/grid-mismatch, app/bad-parameter. */
function checkGrowInput({ volume, seeds, allowed }: GrowInput, params: GrowParams): void {
  if (!sameGrid(volume.grid, seeds.grid) || (allowed !== null && !sameGrid(volume.grid, allowed.grid))) {
    throw new PipelineError('segment/grid-mismatch', 'The painted seeds belong to another scan.')
  }
  const { marginFraction, locality } = params
  if (!(Number.isInteger(locality) && locality >= 1 && locality <= 64)) {
    throw new PipelineError('app/bad-parameter', 'Choose a whole number from 1 to 64 for the weight of nearness.', {
      locality,
    })
  }
  if (marginFraction !== null && !(marginFraction >= 0)) {
    throw new PipelineError('app/bad-parameter', 'The margin around the seeds cannot be negative.', { marginFraction })
  }
}

const noSeeds = () => new PipelineError('segment/bad-seed', 'Paint a seed in each part first.')

/** The box around the seeds, enlarged on each side by the margin, at least one voxel. Errors: segment/bad-seed. */
function seedBox(seeds: LabelMap, marginFraction: number | null): Box {
  const { size } = seeds.grid
  const [nx, ny, nz] = size
  const low = [nx, ny, nz]
  const high = [-1, -1, -1]
  for (let k = 0, at = 0; k < nz; k++) {
    for (let j = 0; j < ny; j++, at += nx) {
      for (let i = 0; i < nx; i++) {
        if (seeds.labels[at + i] === 0) continue
        low[0] = Math.min(low[0] as number, i)
        high[0] = Math.max(high[0] as number, i)
        low[1] = Math.min(low[1] as number, j)
        high[1] = Math.max(high[1] as number, j)
        low[2] = Math.min(low[2] as number, k)
        high[2] = k
      }
    }
  }
  if ((high[2] as number) < 0) throw noSeeds()
  if (marginFraction === null) return { from: [0, 0, 0], end: size }
  const margin = low.map((n, a) => Math.max(1, Math.ceil(((high[a] as number) - n + 1) * marginFraction)))
  return {
    from: low.map((n, a) => Math.max(0, n - (margin[a] as number))) as unknown as Vec3,
    end: high.map((n, a) => Math.min(size[a] as number, n + 1 + (margin[a] as number))) as unknown as Vec3,
  }
}

/** A state and where work begins in it: one bit a voxel of the box, x-rows of frontWords() words. */
export interface GrowStart {
  readonly state: GrowState
  readonly front: Uint32Array
}

/**
 * What to begin with: the state of `last` with the seeds added since where that is possible, else a fresh one.
 * Memory: 3 1/8 bytes a voxel of the box. Errors: as growFromSeeds().
 */
export function startOf(input: GrowInput, params: GrowParams, last: GrowState | null): GrowStart {
  checkGrowInput(input, params)
  const box = seedBox(input.seeds, params.marginFraction)
  const rule = ruleOf(input.volume, params)
  const fresh = freshStart(input, box, rule)
  return last !== null && canResume(input, last, box, rule) ? resumed(input, last, fresh) : fresh
}

/** Nothing grown yet; the front is the seeds. Seeds that may not be labelled are left out. Errors: segment/bad-seed. */
function freshStart({ volume, seeds, allowed }: GrowInput, box: Box, rule: StepRule): GrowStart {
  const [px, py, pz] = paddedSize(box)
  const costs = new Uint16Array(px * py * pz)
  const labels = new Uint8Array(costs.length)
  const words = frontWords(box)
  const front = new Uint32Array(words * (py - 2) * (pz - 2))
  let any = false
  eachBoxRow(volume.grid, box, ({ state, scan, row, j, k }) => {
    for (let i = 0; i < px - 2; i++) {
      if (!mayLabel(allowed, box.from[0] + i, j, k)) continue
      const label = seeds.labels[scan + i] as number
      costs[state + i] = label === 0 ? UNREACHED : 0
      if (label === 0) continue
      labels[state + i] = label
      setBit(front, row * words, i)
      any = true
    }
  })
  if (!any) throw noSeeds()
  return { state: { box, costs, labels, rule }, front }
}

const mayLabel = (allowed: Mask | null, i: number, j: number, k: number) =>
  allowed === null || hasVoxel(allowed, i, j, k)

function setBit(front: Uint32Array, rowStart: number, i: number): void {
  const word = rowStart + (i >> 5)
  front[word] = (front[word] as number) | (1 << (i & 31))
}

const isSame = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b)

/**
 * Whether a last state can be gone on from: it cannot when seeds were erased or changed their label, other voxels are
 * allowed, the rule changed, or the box does not hold the last one.
 */
function canResume({ volume, seeds, allowed }: GrowInput, last: GrowState, box: Box, rule: StepRule): boolean {
  const holds = [0, 1, 2].every((a) => {
    const axis = a as 0 | 1 | 2
    return box.from[axis] <= last.box.from[axis] && box.end[axis] >= last.box.end[axis]
  })
  if (!holds || !isSame(rule, last.rule)) return false
  const { costs, labels } = last
  const width = last.box.end[0] - last.box.from[0]
  let isTrue = true
  eachBoxRow(volume.grid, last.box, ({ state, scan, j, k }) => {
    for (let i = 0; i < width && isTrue; i++) {
      const may = mayLabel(allowed, last.box.from[0] + i, j, k)
      if (costs[state + i] !== 0) isTrue = may
      else if (labels[state + i] === 0) isTrue = !may
      else isTrue = may && seeds.labels[scan + i] === labels[state + i]
    }
  })
  return isTrue
}

/**
 * Takes over what the last state reached; the front is the seeds added since and, when the box grew, the faces of the last
 * box. Costs can only fall from here, so the result is that of a fresh start. `fresh` is filled and given back.
 */
function resumed({ volume }: GrowInput, last: GrowState, { state: now, front }: GrowStart): GrowStart {
  const { box, costs, labels } = now
  const { from, end } = last.box
  const width = end[0] - from[0]
  const shift = from[0] - box.from[0]
  const words = frontWords(box)
  const [px, py] = paddedSize(box)
  const grew = !isSame(box, last.box)
  eachBoxRow(volume.grid, last.box, ({ state, j, k }) => {
    const [inJ, inK] = [j - box.from[1], k - box.from[2]]
    const to = 1 + shift + px * (inJ + 1 + py * (inK + 1))
    const rowStart = (inJ + (py - 2) * inK) * words
    const isFace = j === from[1] || j === end[1] - 1 || k === from[2] || k === end[2] - 1
    for (let i = 0; i < width; i++) {
      if (costs[to + i] !== 0) {
        costs[to + i] = last.costs[state + i] as number
        labels[to + i] = last.labels[state + i] as number
      }
      if (labels[to + i] === 0) continue
      if (grew && (isFace || i === 0 || i === width - 1)) setBit(front, rowStart, shift + i)
      else if (last.costs[state + i] === 0) clearBit(front, rowStart, shift + i)
    }
  })
  return { state: now, front }
}

function clearBit(front: Uint32Array, rowStart: number, i: number): void {
  const word = rowStart + (i >> 5)
  front[word] = (front[word] as number) & ~(1 << (i & 31))
}
