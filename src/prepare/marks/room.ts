import { PipelineError } from '../../core/errors.ts'
import type { HalfSize, Relief } from './relief.ts'

export interface RoomLimits {
  /** Steepest surface against the tangent plane at the picked place, degrees. */
  readonly maxTiltDeg: number
  /** Least material below, mm. */
  readonly leastWallMm: number
}

type Lack = 'off-part' | 'tilt' | 'thin'

const SENTENCE: Readonly<Record<Lack, string>> = {
  'off-part': 'The face is too small for this mark.',
  tilt: 'The face is too curved for this mark.',
  thin: 'The part is too thin below this mark.',
}

/**
 * Refuses a face that has no room for a mark of half size `half`, and says the largest share of it that fits, in hundredths.
 * `sizeMm` is the size that people set; its largest is told in mm.
 * @throws prepare/no-room with `lack` (off-part, tilt or thin) and `largestMm`, 0 when none fits.
 */
export function requireRoom(relief: Relief, half: HalfSize, limits: RoomLimits, sizeMm: number): void {
  const lack = lackOf(relief, half, 1, limits)
  if (lack === null) return
  const share = largestShare(relief, half, limits)
  const largestMm = Math.floor(10 * sizeMm * share) / 10
  const advice = largestMm > 0 ? ` The largest that fits here is ${largestMm} mm.` : ' Pick another place.'
  throw new PipelineError('prepare/no-room', SENTENCE[lack] + advice, { lack, sizeMm, largestMm })
}

function largestShare(relief: Relief, half: HalfSize, limits: RoomLimits): number {
  for (let hundredths = 99; hundredths > 0; hundredths--) {
    if (lackOf(relief, half, hundredths / 100, limits) === null) return hundredths / 100
  }
  return 0
}

/** Kept free around a mark. */
const MARGIN_MM = 0.5

function lackOf(relief: Relief, half: HalfSize, share: number, limits: RoomLimits): Lack | null {
  const leastCosine = Math.cos((limits.maxTiltDeg * Math.PI) / 180)
  let lack: Lack | null = null
  for (const { x, y } of relief.samples) {
    if (Math.abs(x) > half.x * share + MARGIN_MM || Math.abs(y) > half.y * share + MARGIN_MM) continue
    const wallMm = relief.wallAt(x, y)
    if (Number.isNaN(wallMm)) return 'off-part'
    // Beside the edge the slope is not known; NaN is no tilt, the edge itself is found by its own sample.
    if (relief.cosineAt(x, y) < leastCosine) lack = 'tilt'
    else if (wallMm < limits.leastWallMm) lack ??= 'thin'
  }
  return lack
}

/** Half size of the rectangle to sample for a mark: with its margin and what the slopes need. */
export const sampledHalf = (half: HalfSize): HalfSize => ({ x: half.x + MARGIN_MM, y: half.y + MARGIN_MM })
