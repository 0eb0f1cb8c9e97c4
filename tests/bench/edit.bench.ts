import { emptyMask, wordsPerRow } from '../../src/core/mask.ts'
import { IDLE_CONTEXT } from '../../src/core/stage.ts'
import type { Mask, Vec3, Volume } from '../../src/core/types.ts'
import { dab, PAINT, type PaintParams } from '../../src/segment/brush.ts'
import { SCISSORS, scissors } from '../../src/segment/scissors.ts'
import { VIEW_SCISSORS, viewScissors } from '../../src/segment/view-scissors.ts'
import { type Bench, type BenchRow, benchRow, CPU, pairedMedians } from '../support/paired.ts'
import { gridOf, gyroidVolume } from '../support/phantoms.ts'
import { perspectiveView } from '../support/views.ts'

const N = 512
const grid = gridOf([N, N, N], [0.5, 0.5, 0.5])
/** The peers take seconds. */
const ROUNDS = 2
const row = { size: `${N}^3`, subject: 'cpu', ...CPU }

/** Sets voxels whose centre lies within the radius of the segment, each of the box around it tested by itself. */
function plainDab(mask: Mask, from: Vec3, to: Vec3, { radiusMm, gate }: PaintParams, volume: Volume | null): void {
  const reach = radiusMm / 0.5
  const low = from.map((x, n) => Math.max(0, Math.ceil(Math.min(x, to[n] as number) - reach))) as unknown as Vec3
  const high = from.map((x, n) => Math.min(N - 1, Math.floor(Math.max(x, to[n] as number) + reach))) as unknown as Vec3
  const [wx, wy, wz] = [to[0] - from[0], to[1] - from[1], to[2] - from[2]]
  const length2 = wx * wx + wy * wy + wz * wz
  for (let k = low[2]; k <= high[2]; k++) {
    for (let j = low[1]; j <= high[1]; j++) {
      for (let i = low[0]; i <= high[0]; i++) {
        const [x, y, z] = [i - from[0], j - from[1], k - from[2]]
        const t = length2 === 0 ? 0 : Math.max(0, Math.min(1, (x * wx + y * wy + z * wz) / length2))
        const square = (x - t * wx) ** 2 + (y - t * wy) ** 2 + (z - t * wz) ** 2
        if (square > reach * reach * (1 + 1e-6) ** 2) continue
        const value = volume ? (volume.data[i + N * (j + N * k)] as number) : 0
        if (gate && (value < gate.lowHu || value > gate.highHu)) continue
        const at = (j + N * k) * wordsPerRow(grid) + (i >> 5)
        mask.words[at] = (mask.words[at] as number) | (1 << (i & 31))
      }
    }
  }
}

function mustAgree(what: string, ours: Mask, theirs: Mask): void {
  if (ours.words.some((word, n) => word !== theirs.words[n])) throw new Error(`${what}: not the same voxels`)
}

async function dabRow(work: string, params: PaintParams, to: Vec3, volume: Volume | null): Promise<BenchRow> {
  const from: Vec3 = [250.3, 251.7, 249.9]
  const [ours, theirs] = [emptyMask(grid), emptyMask(grid)]
  const ms = await pairedMedians(
    {
      plain: () => plainDab(theirs, from, to, params, volume),
      cpu: () => dab(ours, from, to, params, volume),
    },
    31,
  )
  mustAgree(work, ours, theirs)
  return benchRow({ ...row, work, peer: 'plain JavaScript: every voxel of the box by itself' }, ms.cpu, ms.plain)
}

async function brush(): Promise<BenchRow[]> {
  const volume = { ...gyroidVolume(N), grid }
  const sphere: PaintParams = { ...PAINT.defaults, radiusMm: 30 }
  const gated: PaintParams = { ...sphere, gate: { lowHu: 0, highHu: 32767 } }
  const [there, beside]: [Vec3, Vec3] = [
    [250.3, 251.7, 249.9],
    [262.1, 259.2, 251.4],
  ]
  return [
    await dabRow('brush: a sphere of 30 mm radius, 0.5 mm voxels', sphere, there, null),
    await dabRow('brush: that sphere moved 7 mm', sphere, beside, null),
    await dabRow('brush: that sphere moved 7 mm, between limits', gated, beside, volume),
  ]
}

/** A freehand outline, wavy: x and y of each corner, around the origin. */
const outlineOf = (corners: number, radius: number): number[] =>
  Array.from({ length: corners }, (_, n) => {
    const angle = (n * 2 * Math.PI) / corners
    const r = radius * (1 + 0.3 * Math.sin(5 * angle))
    return [r * Math.cos(angle), r * Math.sin(angle)]
  }).flat()

/** A point test as it is mostly written: the box around the outline first, then every edge. */
function pointTest(corners: readonly number[]): (x: number, y: number) => boolean {
  const xs = Float64Array.from(corners.filter((_, n) => n % 2 === 0))
  const ys = Float64Array.from(corners.filter((_, n) => n % 2 === 1))
  const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)]
  return (x, y) => {
    if (x < left || x > right || y < top || y > bottom) return false
    let inside = false
    for (let p = 0, q = xs.length - 1; p < xs.length; q = p++) {
      const [py, qy] = [ys[p] as number, ys[q] as number]
      if (py <= y === qy <= y) continue
      const px = xs[p] as number
      if (px + ((y - py) * ((xs[q] as number) - px)) / (qy - py) <= x) inside = !inside
    }
    return inside
  }
}

/** Adds the voxels that appear inside, each projected by itself. */
function plainViewScissors(m: readonly number[], corners: readonly number[]): Mask {
  const mask = emptyMask(grid)
  const isInside = pointTest(corners)
  const form = (r: number) => [m[4 * r], m[4 * r + 1], m[4 * r + 2], m[4 * r + 3]] as [number, number, number, number]
  const [x, y, w] = [form(0), form(1), form(3)]
  for (let k = 0; k < N; k++) {
    for (let j = 0; j < N; j++) {
      for (let i = 0; i < N; i++) {
        const [px, py, pz] = [i * 0.5, j * 0.5, k * 0.5]
        const depth = w[0] * px + w[1] * py + w[2] * pz + w[3]
        if (depth <= 0) continue
        const atX = (x[0] * px + x[1] * py + x[2] * pz + x[3]) / depth
        const atY = (y[0] * px + y[1] * py + y[2] * pz + y[3]) / depth
        if (!isInside(atX, atY)) continue
        const at = (j + N * k) * wordsPerRow(grid) + (i >> 5)
        mask.words[at] = (mask.words[at] as number) | (1 << (i & 31))
      }
    }
  }
  return mask
}

async function onView(): Promise<BenchRow[]> {
  const viewProjection = perspectiveView([500, 400, 320], [127, 128, 126])
  const params = (corners: readonly number[]) =>
    ({ ...VIEW_SCISSORS.defaults, op: 'add-inside', viewProjection, corners }) as const
  const few = outlineOf(24, 0.5)
  const freehand = outlineOf(1000, 0.5)
  const cut = (corners: readonly number[]) => viewScissors(emptyMask(grid), params(corners), IDLE_CONTEXT)
  mustAgree('scissors on the view', await cut(few), plainViewScissors(viewProjection, few))
  const ms = await pairedMedians(
    { plain: () => plainViewScissors(viewProjection, few), few: () => cut(few), freehand: () => cut(freehand) },
    ROUNDS,
  )
  const peer = 'plain JavaScript: every voxel projected, 24 corners'
  return [
    benchRow({ ...row, work: 'scissors on the 3-D view, 24 corners', peer }, ms.few, ms.plain),
    benchRow({ ...row, work: 'scissors on the 3-D view, 1,000 corners', peer }, ms.freehand, ms.plain),
  ]
}

/** Adds the voxels of all slices that lie inside, each tested by itself. */
function plainScissors(corners: readonly number[]): Mask {
  const mask = emptyMask(grid)
  const isInside = pointTest(corners)
  for (let k = 0; k < N; k++) {
    for (let j = 0; j < N; j++) {
      for (let i = 0; i < N; i++) {
        if (!isInside(i, j)) continue
        const at = (j + N * k) * wordsPerRow(grid) + (i >> 5)
        mask.words[at] = (mask.words[at] as number) | (1 << (i & 31))
      }
    }
  }
  return mask
}

async function onSlices(): Promise<BenchRow[]> {
  const corners = outlineOf(24, 150).map((n) => Math.round((n + 256) * 100) / 100)
  const params = { ...SCISSORS.defaults, op: 'add-inside', toSlice: N - 1, corners } as const
  const cut = () => scissors(emptyMask(grid), params, IDLE_CONTEXT)
  mustAgree('scissors on slices', await cut(), plainScissors(corners))
  const ms = await pairedMedians({ plain: () => plainScissors(corners), cpu: cut }, ROUNDS)
  const peer = 'plain JavaScript: every voxel by itself, 24 corners'
  return [benchRow({ ...row, work: 'scissors through all slices, 24 corners', peer }, ms.cpu, ms.plain)]
}

export const benches: readonly Bench[] = [
  { name: 'brush', run: brush },
  { name: 'scissors view', run: onView },
  { name: 'scissors slices', run: onSlices },
]
