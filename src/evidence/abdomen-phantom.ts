import { seededNormal } from '../core/random.ts'
import type { Grid, Volume } from '../core/types.ts'

const SIZE = [120, 88, 74] as const
const SPACING = 3

/** 360 x 264 x 222 mm around the spine, axes along LPS. */
const GRID: Grid = {
  size: SIZE,
  spacing: [SPACING, SPACING, SPACING],
  origin: [(-(SIZE[0] - 1) * SPACING) / 2, (-(SIZE[1] - 1) * SPACING) / 2, (-(SIZE[2] - 1) * SPACING) / 2],
  direction: [1, 0, 0, 0, 1, 0, 0, 0, 1],
}

const HU = {
  air: -1000,
  fat: -100,
  muscle: 50,
  liver: 110,
  kidney: 180,
  vessel: 250,
  gas: -850,
  cortex: 700,
  spongy: 220,
  disc: 90,
}
const NOISE_HU = 12

/** 1 on the surface of the ellipse around (x, y), less inside. */
const ellipse = (x: number, y: number, cx: number, cy: number, rx: number, ry: number) =>
  Math.hypot((x - cx) / rx, (y - cy) / ry)

/** HU at a place in LPS mm; the body is a tube along z. */
function huAt(x: number, y: number, z: number): number {
  const body = ellipse(x, y, 0, 0, 165, 115)
  if (body > 1) return HU.air
  if (body > 0.86) return HU.fat
  const spine = ellipse(x, y, 0, 60, 22, 18)
  if (spine < 1) return z - 36 * Math.floor(z / 36) < 8 ? HU.disc : spine > 0.8 ? HU.cortex : HU.spongy
  if (ellipse(x, y, 8, 30, 11, 11) < 1) return HU.vessel
  for (const side of [-1, 1]) if (Math.hypot(ellipse(x, y, 62 * side, 48, 26, 22), z / 55) < 1) return HU.kidney
  if (Math.hypot(ellipse(x, y, -75, -20, 68, 58), (z - 50) / 90) < 1) return HU.liver
  if (Math.hypot(ellipse(x, y, 55, -45, 40, 24), (z - 30) / 40) < 1) return HU.gas
  return body > 0.78 ? HU.muscle : HU.fat + 40
}

/**
 * A made-up CT of an abdomen in HU (no patient): body, spine with discs, liver, kidneys, aorta, gas. The wrong scan for a
 * network that knows heads. Same bytes every time.
 */
export function abdomenPhantom(): Volume {
  const normal = seededNormal(20260405)
  const data = new Int16Array(SIZE[0] * SIZE[1] * SIZE[2])
  const [ox, oy, oz] = GRID.origin
  for (let k = 0, at = 0; k < SIZE[2]; k++) {
    for (let j = 0; j < SIZE[1]; j++) {
      for (let i = 0; i < SIZE[0]; i++, at++) {
        const hu = huAt(ox + i * SPACING, oy + j * SPACING, oz + k * SPACING)
        data[at] = Math.max(-1024, Math.round(hu + NOISE_HU * normal()))
      }
    }
  }
  return { grid: GRID, data, slope: 1, intercept: 0, modality: 'CT', unit: 'HU' }
}
