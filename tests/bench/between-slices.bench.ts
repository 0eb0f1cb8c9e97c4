import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { morphologicalContourInterpolationNode } from '@itk-wasm/morphological-contour-interpolation'
import { type Image, IntTypes, PixelTypes } from 'itk-wasm'
import { countVoxels, hasVoxel, maskFromBytes, maskToBytes } from '../../src/core/mask.ts'
import { IDLE_CONTEXT } from '../../src/core/stage.ts'
import type { Mask, Vec3 } from '../../src/core/types.ts'
import { niftiVoxel, readNiftiHeader } from '../../src/import/nifti-header.ts'
import { betweenSlices } from '../../src/segment/between-slices.ts'
import { combine } from '../../src/segment/logic.ts'
import { type Bench, type BenchRow, benchRow, CPU, pairedMedians } from '../support/paired.ts'
import { maskOf } from '../support/phantoms.ts'
import { realFile } from '../support/real-scans.ts'

const PEER = '@itk-wasm/morphological-contour-interpolation 2.0.0'
const STEPS = [5, 8] as const
const ROUNDS = 3

interface Subject {
  readonly what: string
  readonly file: readonly string[]
  readonly label: number
}

const ABDOMEN = ['ct_abdomen_totalseg', 'example_seg_fast_force_split.nii.gz']
const HEAD = ['head_labelmaps_synthseg', 'training_seg_17.nii.gz']
const SUBJECTS: readonly Subject[] = [
  { what: 'liver', file: ABDOMEN, label: 5 },
  { what: 'right kidney', file: ABDOMEN, label: 2 },
  { what: 'sacrum', file: ABDOMEN, label: 25 },
  { what: 'vertebra L3', file: ABDOMEN, label: 29 },
  { what: 'cortical bone of a head', file: HEAD, label: 515 },
]

/** One label, cropped to its box with an empty voxel around it. */
function labelMask({ file, label }: Subject): Mask | null {
  const path = realFile(...file)
  if (path === null) return null
  const bytes = new Uint8Array(gunzipSync(readFileSync(path)))
  const header = readNiftiHeader(bytes.subarray(0, 544))
  const view = new DataView(bytes.buffer)
  const { size } = header.grid
  const low = [...size]
  const high = [-1, -1, -1]
  const own = maskOf(header.grid, (i, j, k) => {
    if (niftiVoxel(view, header, i + size[0] * (j + size[1] * k)) !== label) return false
    for (const [axis, at] of [i, j, k].entries()) {
      low[axis] = Math.min(low[axis] as number, at)
      high[axis] = Math.max(high[axis] as number, at)
    }
    return true
  })
  const from = low.map((at) => at - 1) as unknown as Vec3
  const box = high.map((at, axis) => at + 2 - (from[axis] as number)) as unknown as Vec3
  return maskOf({ ...header.grid, size: box }, (i, j, k) => hasVoxel(own, i + from[0], j + from[1], k + from[2]))
}

/** The mask on every `step`th slice, and the whole of it on the slices that this leaves open. */
function everyNth(whole: Mask, step: number): { painted: Mask; wanted: Mask; isOpen: Mask } {
  const lastPainted = Math.floor((whole.grid.size[2] - 3) / step) * step + 1
  const isPainted = (k: number) => (k - 1) % step === 0
  const open = maskOf(whole.grid, (_i, _j, k) => k > 1 && k < lastPainted && !isPainted(k))
  return {
    painted: maskOf(whole.grid, (i, j, k) => isPainted(k) && hasVoxel(whole, i, j, k)),
    wanted: combine(whole, open, 'intersect'),
    isOpen: open,
  }
}

function dice(a: Mask, b: Mask): number {
  return (2 * countVoxels(combine(a, b, 'intersect'))) / (countVoxels(a) + countVoxels(b))
}

async function byPeer(painted: Mask): Promise<Mask> {
  const { grid } = painted
  const image: Image = {
    imageType: { dimension: 3, componentType: IntTypes.UInt8, pixelType: PixelTypes.Scalar, components: 1 },
    name: 'painted',
    origin: [...grid.origin],
    spacing: [...grid.spacing],
    direction: Float64Array.from(grid.direction),
    size: [...grid.size],
    metadata: new Map(),
    data: maskToBytes(painted),
  }
  const { outputImage } = await morphologicalContourInterpolationNode(image, { axis: 2 })
  return maskFromBytes(grid, outputImage.data as Uint8Array)
}

async function measure(subject: Subject, step: number): Promise<BenchRow[]> {
  const whole = labelMask(subject)
  if (!whole) return []
  const { painted, wanted, isOpen } = everyNth(whole, step)
  let [ours, theirs] = [painted, painted]
  const ms = await pairedMedians(
    {
      ours: async () => {
        ours = await betweenSlices(painted, { axis: 2 }, IDLE_CONTEXT)
      },
      peer: async () => {
        theirs = await byPeer(painted)
      },
    },
    ROUNDS,
  )
  const score = (filled: Mask) => dice(combine(filled, isOpen, 'intersect'), wanted).toFixed(4)
  const row = {
    work: `between slices: ${subject.what}, every ${step}th`,
    size: whole.grid.size.join(' x '),
    peer: PEER,
  }
  const note = `Dice on the open slices: ours ${score(ours)}, theirs ${score(theirs)}`
  return [benchRow({ ...row, subject: 'cpu', ...CPU, note }, ms.ours, ms.peer)]
}

async function run(): Promise<BenchRow[]> {
  const rows: BenchRow[] = []
  for (const subject of SUBJECTS) for (const step of STEPS) rows.push(...(await measure(subject, step)))
  return rows
}

export const benches: readonly Bench[] = [{ name: 'between slices real', run }]
