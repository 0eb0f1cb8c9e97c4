import type { BodyRun } from '../../app/part-view.ts'
import { FACING_MM } from '../../qa/fit.ts'

/** Viridis at ten even steps (matplotlib), sRGB. Perceptually even: equal steps in mm look equally large. */
export const VIRIDIS = [
  '#440154',
  '#482878',
  '#3e4989',
  '#31688e',
  '#26828e',
  '#1f9e89',
  '#35b779',
  '#6dcd59',
  '#b4de2c',
  '#fde725',
]
/** The matt bone of the part where no colour map speaks. */
export const BONE = '#d6cebe'
export const DEVIATION = ['#2166ac', '#67a9cf', '#f2f0ee', '#ef8a62', '#b2182b']

/** Thickness shown: from this, and above the upper end the map has faded to bone, so that only what matters has colour. */
export const THICKNESS_FROM_MM = 0.4
export const THICKNESS_TO_MM = 3
/** Share of the range after which viridis gives way to bone: yellow bone drowned the thin places. */
const FADE_FROM = 0.78

type Rgb = readonly [number, number, number]
const toLinear = (v: number) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
const rgbOf = (hex: string): Rgb => {
  const v = Number.parseInt(hex.slice(1), 16)
  return [(v >> 16) / 255, ((v >> 8) & 255) / 255, (v & 255) / 255]
}
const mix = (a: Rgb, b: Rgb, t: number): Rgb => [
  a[0] + (b[0] - a[0]) * t,
  a[1] + (b[1] - a[1]) * t,
  a[2] + (b[2] - a[2]) * t,
]

/** Colour at t in 0..1 along stops that are evenly spaced. */
function along(stops: readonly Rgb[], t: number): Rgb {
  const at = Math.min(1, Math.max(0, t)) * (stops.length - 1)
  const n = Math.min(stops.length - 2, Math.floor(at))
  return mix(stops[n] ?? [0, 0, 0], stops[n + 1] ?? [0, 0, 0], at - n)
}

const STEPS = 256
/** Table of linear RGB, as three.js wants vertex colours. */
function table(colour: (t: number) => Rgb): Float32Array {
  const out = new Float32Array(STEPS * 3)
  for (let n = 0; n < STEPS; n++) out.set(colour(n / (STEPS - 1)).map(toLinear), n * 3)
  return out
}

const viridis = VIRIDIS.map(rgbOf)
const bone = rgbOf(BONE)
const THICKNESS = table((t) =>
  t <= FADE_FROM ? along(viridis, t) : mix(along(viridis, FADE_FROM), bone, (t - FADE_FROM) / (1 - FADE_FROM)),
)
const SIGNED = table((t) => along(DEVIATION.map(rgbOf), t))

/** Certainty from which the map begins: below it all is unsure. */
export const CONFIDENCE_FROM = 0.5
/** From unsure to sure: what is sure has the part's own colour. */
export const confidenceStops = [
  [0, '#b2182b'],
  [0.4, '#f2b84b'],
  [1, BONE],
] as const
const CONFIDENCE = table((t) => {
  const [low, middle, high] = confidenceStops
  return t < middle[0]
    ? mix(rgbOf(low[1]), rgbOf(middle[1]), t / middle[0])
    : mix(rgbOf(middle[1]), rgbOf(high[1]), (t - middle[0]) / (1 - middle[0]))
})

/** Bodies that are not chosen stand back: half-way from the part's own colour to grey. */
const BACK = mix(bone, [0.42, 0.46, 0.5], 0.6).map(toLinear)
const FRONT = bone.map(toLinear)

/** A colour for each vertex of several bodies, of which one is chosen. */
export const bodyColours = (runs: readonly BodyRun[], chosen: number): Float32Array =>
  paintRuns(runs, ({ id }) => (id === chosen ? FRONT : BACK))

/** Each body in a colour of its own, `#RRGGBB`. */
export const ownColours = (runs: readonly BodyRun[], hexOf: (id: number) => string): Float32Array =>
  paintRuns(runs, ({ id }) => rgbOf(hexOf(id)).map(toLinear))

function paintRuns(runs: readonly BodyRun[], colourOf: (run: BodyRun) => readonly number[]): Float32Array {
  const out = new Float32Array(3 * runs.reduce((sum, { vertices }) => sum + vertices, 0))
  let at = 0
  for (const run of runs) {
    const colour = colourOf(run)
    for (const end = at + 3 * run.vertices; at < end; at += 3) out.set(colour, at)
  }
  return out
}

function paint(values: ArrayLike<number>, colours: Float32Array, from: number, to: number): Float32Array {
  const out = new Float32Array(values.length * 3)
  const scale = (STEPS - 1) / (to - from)
  for (let v = 0; v < values.length; v++) {
    const value = values[v] as number
    // A wall that was not measured (no opposite side found) counts as thick.
    const place = Number.isNaN(value) ? STEPS - 1 : Math.round((value - from) * scale)
    const n = Math.min(STEPS - 1, Math.max(0, place)) * 3
    out[v * 3] = colours[n] as number
    out[v * 3 + 1] = colours[n + 1] as number
    out[v * 3 + 2] = colours[n + 2] as number
  }
  return out
}

/** Linear RGB a vertex for wall thickness in mm. */
export function thicknessColours(thicknessMm: Float32Array): Float32Array {
  return paint(thicknessMm, THICKNESS, THICKNESS_FROM_MM, THICKNESS_TO_MM)
}

/** Linear RGB a vertex for signed deviation in mm; full colour at plus and minus `rangeMm`. */
export function deviationColours(deviationMm: Float32Array, rangeMm: number): Float32Array {
  return paint(deviationMm, SIGNED, -rangeMm, rangeMm)
}

/** Of two bodies that face each other; amber and red as findings have them. */
export const FIT_COLOURS = { overlap: '#b2182b', tight: '#f2b84b', facing: '#67a9cf', free: BONE } as const
const FIT_RGB = {
  overlap: rgbOf(FIT_COLOURS.overlap).map(toLinear),
  tight: rgbOf(FIT_COLOURS.tight).map(toLinear),
  facing: rgbOf(FIT_COLOURS.facing).map(toLinear),
  free: FRONT,
}

/** Linear RGB a vertex for gaps in mm; what was not measured counts as free. */
export function fitColours(gapMm: Float32Array, clearanceMm: number): Float32Array {
  const out = new Float32Array(3 * gapMm.length)
  gapMm.forEach((mm, v) => {
    const kind = mm < 0 ? 'overlap' : mm < clearanceMm ? 'tight' : mm < FACING_MM ? 'facing' : 'free'
    out.set(FIT_RGB[kind], 3 * v)
  })
  return out
}

/** Linear RGB a vertex for how sure the AI was, 0 to 255. */
export const confidenceColours = (perVertex: Uint8Array): Float32Array =>
  paint(perVertex, CONFIDENCE, 255 * CONFIDENCE_FROM, 255)

/** The part's own colour, and amber where the AI was unsure: for who looks for those places alone. */
const UNSURE = table((t) => mix(rgbOf('#e9a93c'), bone, Math.min(1, Math.max(0, (t - 0.55) / 0.25))))
export const unsureColours = (perVertex: Uint8Array): Float32Array =>
  paint(perVertex, UNSURE, 255 * CONFIDENCE_FROM, 255)

/** Writes one colour for every vertex, as three.js wants it: linear. */
export function paintFlat(out: Float32Array, hex: string): void {
  const rgb = rgbOf(hex).map(toLinear)
  for (let n = 0; n < out.length; n++) out[n] = rgb[n % 3] ?? 0
}
