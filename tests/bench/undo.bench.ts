import { deflateRawSync, inflateRawSync } from 'node:zlib'
import { IDLE_CONTEXT } from '../../src/core/stage.ts'
import type { Mask, Vec3 } from '../../src/core/types.ts'
import { dab } from '../../src/segment/brush.ts'
import { emptyHistory, type History, historyBytes, record, undo } from '../../src/segment/history.ts'
import { margin } from '../../src/segment/margin.ts'
import { labelsOf } from '../support/labels.ts'
import { type Bench, type BenchRow, benchRow, CPU, pairedMedians } from '../support/paired.ts'
import { REAL_MASK_SIDE, realMask } from '../support/real-mask.ts'

const PEER = 'the whole mask before each edit, deflated (zlib, level 1)'
const STEPS = 200
/** Of the edits of the mixed run one in so many moves the whole surface. */
const WIDE_EVERY = 10
const MIB = 2 ** 20

const one = (mask: Mask) => labelsOf(mask.grid, [mask])

/** A stroke of 5 mm along a diagonal somewhere in the scan. */
function stroke(mask: Mask, n: number): Mask {
  const painted = { grid: mask.grid, words: mask.words.slice() }
  const at = (turn: number): Vec3 => [
    (n * 37 + turn * 40) % REAL_MASK_SIDE,
    (n * 91) % REAL_MASK_SIDE,
    (n * 53) % REAL_MASK_SIDE,
  ]
  const mode = n % 2 === 0 ? 'paint' : 'erase'
  dab(painted, at(0), at(1), { shape: 'sphere', axis: 2, slice: 0, radiusMm: 5, mode, gate: null }, null)
  return painted
}

interface Run {
  readonly history: History
  readonly last: Mask
  readonly longestRecordMs: number
}

/** `STEPS` edits, wide ones taking turns between a mask and the same grown by 1 mm. */
async function editAll(first: Mask, grown: Mask, wideEvery: number): Promise<Run> {
  let history = emptyHistory(Number.POSITIVE_INFINITY)
  let mask = first
  let longestRecordMs = 0
  for (let n = 0; n < STEPS; n++) {
    const wide = n % wideEvery === wideEvery - 1
    const next = wide ? (n % (2 * wideEvery) < wideEvery ? grown : first) : stroke(mask, n)
    const [before, after] = [one(mask), one(next)]
    const start = performance.now()
    history = record(history, 'edit', before, after)
    longestRecordMs = Math.max(longestRecordMs, performance.now() - start)
    mask = next
  }
  return { history, last: mask, longestRecordMs }
}

async function undoRow(): Promise<BenchRow[]> {
  const { what, mask } = realMask()
  const grown = await margin(mask, { distanceMm: 1 }, IDLE_CONTEXT)
  const mixed = await editAll(mask, grown, WIDE_EVERY)
  const wide = await editAll(mask, grown, 1)
  const step = { set: one(wide.last), history: wide.history }
  const packed = deflateRawSync(new Uint8Array(mask.words.buffer), { level: 1 })
  const times = await pairedMedians({ subject: () => undo(step), peer: () => inflateRawSync(packed) })
  const mib = (bytes: number) => `${Math.round(bytes / MIB)} MiB`
  const note = [
    `${STEPS} steps, one in ${WIDE_EVERY} over the whole surface, the others strokes: ${mib(historyBytes(mixed.history))}`,
    `all ${STEPS} over the whole surface: ${mib(historyBytes(wide.history))} (peer ${mib(packed.length * STEPS)})`,
    `longest record ${Math.round(Math.max(mixed.longestRecordMs, wide.longestRecordMs))} ms`,
  ].join('; ')
  const words = {
    work: 'undo of an edit of the whole surface',
    size: `${REAL_MASK_SIDE}^3 ${what}`,
    subject: 'cpu',
    peer: PEER,
    note,
  }
  return [benchRow({ ...words, ...CPU }, times.subject, times.peer)]
}

export const benches: readonly Bench[] = [{ name: 'undo', run: undoRow }]
