import type { ComparePartParams } from '../app/compare-part.ts'
import type { StrokeParams } from '../app/draw-steps.ts'
import type { RuleParams } from '../app/edit-rules.ts'
import type { FitLabelsParams } from '../app/import-labels.ts'
import type { LabelBodyParams } from '../app/label-body.ts'
import type { PlaceParams, RestoreParams } from '../app/label-steps.ts'
import type { GrowSeedsParams } from '../app/mask-steps.ts'
import type { PlacePartParams } from '../app/part-steps.ts'
import type { AcceptPrintParams } from '../app/print-steps.ts'
import type { ScanParams } from '../app/scan-steps.ts'
import type { SeriesRow } from '../app/scan-view.ts'
import type { TemplateParams } from '../app/template-steps.ts'
import type { DecimateParams } from '../prepare/decimate.ts'
import type { LayFlatParams } from '../prepare/lay-flat.ts'
import type { RepairParams } from '../prepare/repair.ts'
import type { SmoothParams } from '../prepare/smooth.ts'
import type { CheckParams } from '../qa/check.ts'
import type { AirwayParams } from '../segment/airway.ts'
import type { BetweenSlicesParams } from '../segment/between-slices.ts'
import type { CropParams } from '../segment/crop.ts'
import type { CutOp } from '../segment/cut.ts'
import type { FillHolesParams } from '../segment/fill-holes.ts'
import type { GrowAtClickParams } from '../segment/grow-at-click.ts'
import type { GrowFromCoreParams } from '../segment/grow-from-core.ts'
import type { HollowMaskParams } from '../segment/hollow-mask.ts'
import type { IslandsParams, SplitIslandsParams } from '../segment/islands.ts'
import type { CombineOp } from '../segment/logic.ts'
import type { LungParams } from '../segment/lung.ts'
import type { MarginParams } from '../segment/margin.ts'
import type { MorphologyParams } from '../segment/morphology.ts'
import type { RemoveTableParams } from '../segment/remove-table.ts'
import type { ScissorsParams } from '../segment/scissors.ts'
import type { SmoothJointParams } from '../segment/smooth-joint.ts'
import type { SmoothMaskParams } from '../segment/smooth-mask.ts'
import type { ThresholdParams } from '../segment/threshold.ts'
import type { ViewScissorsParams } from '../segment/view-scissors.ts'
import type { SurfaceParams } from '../surface/marching-cubes.ts'
import type { DenoiseParams } from '../volume/denoise.ts'
import type { StraightenParams } from '../volume/straighten.ts'
import { AI_FACTS, type AiParams } from './ai-facts.en.ts'
import { gateTitle, isGate } from './check.en.ts'
import type { Facts } from './facts.ts'
import {
  count,
  decimal,
  directionText,
  mm,
  number3,
  percent,
  place3,
  plural,
  shortDigest,
  size3,
  volume,
  withUnit,
} from './format.ts'
import { MARK_FACTS, type MarkStepParams } from './marks.en.ts'
import { MODEL } from './model.en.ts'
import { NO_UPPER_LIMIT } from './range.ts'
import { SCAN } from './scan.en.ts'
import { SHAPE_FACTS, type ShapeParams } from './shape-facts.en.ts'
import { stepText } from './steps.en.ts'
import { POLICY, PROCESS } from './terms.en.ts'
import { decisionText, reasonText } from './verify.en.ts'

// What each step was told, in words.

interface StepParams extends AiParams, ShapeParams, MarkStepParams {
  readonly scan: ScanParams
  readonly 'read-labels': { readonly format: string }
  readonly 'fit-labels': FitLabelsParams
  readonly sample: object
  readonly straighten: StraightenParams
  readonly denoise: DenoiseParams
  readonly threshold: ThresholdParams
  readonly islands: IslandsParams
  readonly 'fill-holes': FillHolesParams
  readonly margin: MarginParams
  readonly template: TemplateParams
  readonly airway: AirwayParams
  readonly lung: LungParams
  readonly 'grow-from-core': GrowFromCoreParams
  readonly paint: StrokeParams
  readonly scissors: ScissorsParams
  readonly 'view-scissors': ViewScissorsParams
  readonly crop: CropParams
  readonly 'grow-at-click': GrowAtClickParams
  readonly 'grow-from-seeds': GrowSeedsParams
  readonly 'between-slices': BetweenSlicesParams
  readonly 'split-islands': SplitIslandsParams
  readonly morphology: MorphologyParams
  readonly 'smooth-mask': SmoothMaskParams
  readonly 'smooth-joint': SmoothJointParams
  readonly 'remove-table': RemoveTableParams
  readonly 'hollow-mask': HollowMaskParams
  readonly combine: { readonly op: CombineOp }
  readonly complement: object
  readonly surface: SurfaceParams
  readonly smooth: SmoothParams
  readonly decimate: DecimateParams
  readonly repair: RepairParams
  readonly check: CheckParams
  readonly 'lay-flat': LayFlatParams
  readonly 'label-body': LabelBodyParams
  readonly piece: { readonly index: number }
  readonly 'place-part': PlacePartParams
  readonly export: {
    readonly format: string
    readonly traceId: string
    readonly accepted: readonly string[]
    readonly values: string
    readonly namesPatient: boolean
    readonly sealedFor: readonly string[]
  }
  readonly place: PlaceParams
  readonly restore: RestoreParams
  readonly 'sign-side': { readonly side: string }
  readonly 'state-modality': { readonly modality: string }
  readonly 'accept-print': AcceptPrintParams
  readonly 'compare-part': ComparePartParams
}

/** Caliper readings keep their hundredths. */
const lengths = (values: readonly number[]) =>
  withUnit(values.map((v) => (v < 0 ? 'not taken' : decimal(v, 2))).join(', '), 'mm')

const OVERLAPS = { allow: '', take: 'taken from other labels', spare: 'other labels left alone' } satisfies Record<
  RuleParams['others'],
  string
>
const SIDES: Readonly<Record<string, string>> = { left: 'left', right: 'right', 'not-applicable': 'it has no side' }
const fromValue = (v: number | null, unit: string) => (v === null ? '' : `from ${withUnit(decimal(v, 0), unit)}`)
const toValue = (v: number | null, unit: string) =>
  v === null || v >= NO_UPPER_LIMIT ? 'no upper limit' : `to ${withUnit(decimal(v, 0), unit)}`
const RULES: Facts<RuleParams> = {
  others: (v) => (v === 'allow' ? '' : OVERLAPS[v]),
  rangeLowHu: (v, _, unit) => (v === null ? '' : `only ${fromValue(v, unit)}`),
  rangeHighHu: (v, _, unit) => (v === null ? '' : toValue(v, unit)),
}
/** An acceptance as the trace keeps it: "check by AB: reason", or "check: reason" where nobody signed. */
function acceptedText(entry: string): string {
  const colon = entry.indexOf(': ')
  const [check = '', by] = entry.slice(0, colon).split(' by ')
  const title = isGate(check) ? gateTitle(check).toLowerCase() : check
  return `accepted ${by === undefined ? '' : `by ${by} `}although ${title}: “${entry.slice(colon + 2)}”`
}

const KEPT_ISLANDS: Readonly<Record<IslandsParams['keep'], string>> = {
  largest: '',
  clicked: 'the piece that was clicked',
  above: 'every piece that is large enough',
  'not-largest': '',
  'not-clicked': 'all but the piece that was clicked',
  below: 'every piece that is small enough',
}

const CUTS: Readonly<Record<CutOp, string>> = {
  'remove-inside': 'removed inside',
  'remove-outside': 'removed outside',
  'add-inside': 'filled inside',
}
const VOXEL_AXES = ['the first voxel axis', 'the second voxel axis', 'the third voxel axis'] as const
const MORPHOLOGY_OPS: Readonly<Record<MorphologyParams['op'], string>> = {
  dilate: 'grown',
  erode: 'shrunk',
  open: 'opened',
  close: 'closed',
}
const WALL_SIDES: Readonly<Record<HollowMaskParams['side'], string>> = {
  inside: 'within the mask',
  outside: 'around the mask',
  both: 'half on either side',
}
const COMBINED: Readonly<Record<CombineOp, string>> = {
  union: 'what either holds',
  subtract: 'without what the other holds',
  intersect: 'what both hold',
  xor: 'what only one holds',
}

/** An edit, or the undoing of one: "undo lay-flat". */
function actText(act: string): string {
  const [way, stage] = act.split(' ')
  return stage === undefined ? stepText(act).toLowerCase() : `${way} ${stepText(stage).toLowerCase()}`
}

const FACTS: { readonly [S in keyof StepParams]: Facts<StepParams[S]> } = {
  scan: {
    format: (v) => `from ${SCAN.source[v as SeriesRow['source']] ?? v}`,
    placement: (v) => (v === '' ? '' : `placed by its ${v}`),
    frame: (v) => (v === null ? '' : `image ${count(v + 1)} of several`),
  },
  'read-labels': {
    format: (v) => (v === '' ? 'from a file of their own' : `from ${SCAN.source[v as SeriesRow['source']] ?? v}`),
  },
  'fit-labels': {
    fit: (v) => (v === 'turned' ? 'voxel on voxel, axes turned' : 'each voxel takes the nearest label'),
  },
  sample: {},
  straighten: {
    heightsMm: (v) => `from ${plural(v.length, 'slice', 'slices')}`,
    shear: (v) => {
      const tiltDeg = (Math.atan(Math.hypot(...v)) * 180) / Math.PI
      return tiltDeg === 0 ? 'no tilt' : `tilt of ${withUnit(decimal(tiltDeg, 2), '°')} undone`
    },
    sliceMm: (v) => `slices about ${mm(v)} apart`,
  },
  denoise: {
    method: (v) => (v === 'median' ? 'median of the neighbours' : 'Gaussian'),
    sigmaMm: (v, { method }) => (method === 'median' ? '' : `radius ${mm(v)}`),
  },
  threshold: { lowHu: (v, _, unit) => fromValue(v, unit), highHu: (v, _, unit) => toValue(v, unit) },
  islands: {
    keep: (v) => KEPT_ISLANDS[v],
    count: (v, { keep }) => {
      const pieces = v === 1 ? 'the largest piece' : `the ${count(v)} largest pieces`
      return keep === 'largest' ? pieces : keep === 'not-largest' ? `all but ${pieces}` : ''
    },
    minMm3: (v, { keep }) =>
      keep === 'above' ? `${volume(v)} or more` : keep === 'below' ? `less than ${volume(v)}` : '',
    seedLps: (v, { keep }) => ((keep === 'clicked' || keep === 'not-clicked') && v !== null ? `at ${place3(v)}` : ''),
  },
  'fill-holes': {
    mode: (v) => (v === 'volume' ? 'closed on all sides' : 'closed within a slice'),
    maxMm3: (v) => (v === null ? '' : `up to ${volume(v)} each`),
  },
  'grow-at-click': {
    seedLps: (v) => (v === null ? '' : `from ${place3(v)}`),
    toleranceHu: (v, _, unit) => (v === null ? '' : `values up to ${withUnit(decimal(v, 0), unit)} apart`),
    lowHu: (v, { toleranceHu }, unit) => (toleranceHu === null ? fromValue(v, unit) : ''),
    highHu: (v, { toleranceHu }, unit) => (toleranceHu === null ? toValue(v, unit) : ''),
    neighbours: (v) => `over ${count(v)} neighbours`,
    maxDistanceMm: (v) => (v === null ? '' : `no further than ${mm(v)}`),
  },
  'grow-from-seeds': {
    labels: (v) => (v.length === 0 ? '' : `labels ${v.map((id) => count(id)).join(', ')}`),
    locality: (v) => `nearness ${count(v)} of 64`,
    marginFraction: (v) => (v === null ? '' : `up to ${percent(v * 100)} beyond the painted box`),
  },
  'between-slices': { axis: (v) => `across ${VOXEL_AXES[v]}` },
  'split-islands': {
    most: (v) => `at most ${plural(v, 'piece', 'pieces')}`,
    minMm3: (v) => `${volume(v)} or more`,
  },
  morphology: {
    op: (v) => MORPHOLOGY_OPS[v],
    radiusMm: (v) => `radius ${mm(v)}`,
  },
  'smooth-mask': {
    method: (v) => (v === 'median' ? 'by the majority around' : 'Gaussian'),
    radiusMm: (v, { method }) => (method === 'median' ? `radius ${mm(v)}` : ''),
    sigmaMm: (v, { method }) => (method === 'gaussian' ? `radius ${mm(v)}` : ''),
  },
  'smooth-joint': { sigmaMm: (v) => `radius ${mm(v)}` },
  'remove-table': {
    airHu: (v, _, unit) => `air up to ${withUnit(decimal(v, 0), unit)}`,
    radiusMm: (v) => `plates up to ${mm(2 * v)} go`,
    stickOutMm: (v) => `what sticks out stays up to ${mm(v)}`,
  },
  'hollow-mask': {
    thicknessMm: (v) => `wall of ${mm(v)}`,
    side: (v) => WALL_SIDES[v],
  },
  combine: { op: (v) => COMBINED[v] },
  complement: {},
  margin: { distanceMm: (v) => (v < 0 ? `shrunk by ${mm(-v)}` : `grown by ${mm(v)}`) },
  template: {
    id: (v) => (v.startsWith('own-') ? 'an own template' : v),
    version: (v) => `in version ${count(v)}`,
    digest: (v) => `digest ${shortDigest(v)}`,
    edited: (v) => (v ? 'steps changed' : ''),
  },
  airway: { sealMm: (v) => `openings up to ${mm(2 * v)} closed`, highHu: (v, _, unit) => toValue(v, unit) },
  lung: { highHu: (v, _, unit) => toValue(v, unit), minMm3: (v) => `pieces from ${volume(v)}` },
  'grow-from-core': {
    lowHu: (v, _, unit) => fromValue(v, unit),
    highHu: (v, _, unit) => toValue(v, unit),
    reachMm: (v) => `within ${mm(v)}`,
  },
  paint: {
    shape: (v) => (v === 'disc' ? 'disc in a slice' : 'ball'),
    axis: (v, { shape }) => (shape === 'disc' ? `across ${VOXEL_AXES[v]}` : ''),
    slice: (v, { shape }) => (shape === 'disc' ? `number ${count(v)}, counted from 0` : ''),
    radiusMm: (v) => `radius ${mm(v)}`,
    mode: (v) => (v === 'erase' ? 'erased' : 'painted'),
    gateLowHu: (v, _, unit) => (v === null ? '' : `only ${fromValue(v, unit)}`),
    gateHighHu: (v, _, unit) => (v === null ? '' : toValue(v, unit)),
    pointsIjk: (v) => (v.length === 0 ? '' : plural(v.length / 3, 'point', 'points')),
  },
  scissors: {
    op: (v) => CUTS[v],
    axis: (v) => `across ${VOXEL_AXES[v]}`,
    fromSlice: (v, { toSlice }) => (v === toSlice ? `slice ${count(v)}, counted from 0` : `slices ${count(v)}`),
    toSlice: (v, { fromSlice }) => (v === fromSlice ? '' : `to ${count(v)}, counted from 0`),
    corners: (v) => (v.length === 0 ? '' : `outline of ${plural(v.length / 2, 'corner', 'corners')}`),
  },
  'view-scissors': {
    op: (v) => CUTS[v],
    viewProjection: (v) => (v.length === 0 ? '' : 'as the part was seen in 3-D'),
    corners: (v) => (v.length === 0 ? '' : `outline of ${plural(v.length / 2, 'corner', 'corners')}`),
    depthMm: (v) => (v === null ? '' : `between ${mm(v[0])} and ${mm(v[1])} deep`),
  },
  crop: {
    shape: (v) => (v === 'box' ? 'to a box' : 'by a plane'),
    minIjk: (v, { shape }) => (shape === 'box' ? `from voxel ${v.map((n) => count(n)).join(', ')}` : ''),
    maxIjk: (v, { shape }) => (shape === 'box' ? `to voxel ${v.map((n) => count(n)).join(', ')}` : ''),
    pointLps: (v, { shape }) => (shape === 'plane' ? `through ${place3(v)}` : ''),
    normalLps: (v, { shape }) => (shape === 'plane' ? `kept along ${v.map((n) => decimal(n, 2)).join(', ')}` : ''),
  },
  surface: { lowHu: (v, _, unit) => fromValue(v, unit), highHu: (v, _, unit) => toValue(v, unit) },
  smooth: {
    iterations: (v) => plural(v, 'pass', 'passes'),
    passBand: (v) => `detail beyond pass band ${decimal(v, 2)} fades`,
    maxShiftMm: (v) => `no point moves more than ${mm(v)}`,
  },
  decimate: {
    maxErrorMm: (v) => `nowhere off by more than ${mm(v)}`,
    targetRatio: (v) => `down to ${percent(v * 100)} of the triangles`,
  },
  repair: { sewMm: (v) => `rims closer than ${mm(v)} are joined` },
  check: {
    policy: (v) => `for ${POLICY[v].toLowerCase()}`,
    process: (v) => `printed by ${PROCESS[v]}`,
    declaredShells: (v) => `${plural(v, 'piece', 'pieces')} expected`,
    buildMm: (v) => (v === null ? '' : `room ${size3(v)}`),
    printerMm: (v) => (v === null ? '' : `printer off by ${mm(v)}`),
  },
  export: {
    format: (v) => v.toUpperCase(),
    traceId: (v) => `trace id ${v}`,
    accepted: (v) => v.map(acceptedText).join('; '),
    values: (v) => (v === '' ? '' : `with ${v.replace('_mm', '')} of each point`),
    namesPatient: (v) => (v ? 'names the patient' : ''),
    sealedFor: (v) => (v.length === 0 ? '' : `sealed for ${plural(v.length, 'recipient', 'recipients')}`),
  },
  place: { label: (v) => `label ${v}`, ...RULES },
  restore: {
    label: (v) => v.replace(/^(undo|redo) (.+)$/, (_, way, stage) => `${way} of ${stepText(stage).toLowerCase()}`),
    ...RULES,
  },
  'sign-side': { side: (v) => SIDES[v] ?? v },
  'state-modality': { modality: (v) => `said to be ${v}` },
  'lay-flat': {
    pointLps: (v) => `on the face at ${place3(v)}`,
    normalLps: (v) => `which looked ${directionText(v)}`,
    floorMm: (v) => (v === null ? '' : `moved ${v > 0 ? 'down' : 'up'} by ${mm(Math.abs(v))}`),
  },
  ...SHAPE_FACTS,
  ...AI_FACTS,
  ...MARK_FACTS,
  'label-body': {
    label: (v) => `of label ${count(v)}`,
    strength: (v) => (v === 'none' ? 'not smoothed' : `smoothed: ${MODEL.strengths[v].toLowerCase()}`),
    maxErrorMm: (v) => (v === 0 ? 'every triangle kept' : `simplified within ${mm(v)}`),
    mask: (v) => `voxels ${shortDigest(v)}`,
  },
  piece: { index: (v) => `piece ${count(v + 1)}` },
  'place-part': { act: (v) => (v === '' ? '' : actText(v)) },
  'accept-print': {
    decision: (v) => decisionText(v).toLowerCase(),
    reasons: (v) => v.map((one) => reasonText(one).toLowerCase()).join(', '),
    printer: (v) => (v === '' ? '' : `printed on ${v}`),
    expectedMm: (v) => (v.length === 0 ? '' : `designed ${lengths(v)}`),
    measuredMm: (v) => (v.length === 0 ? '' : `measured ${lengths(v)}`),
    photo: (v) => (v ? 'with a photo' : ''),
  },
  'compare-part': {
    thresholdValue: (v) => (v === null ? 'from a surface' : `from a CT at the value ${number3(v)}`),
    samples: (v) => `brought onto the model by ${count(v)} points`,
    seed: (v) => `drawn from ${count(v)}`,
    applyScale: (v) => (v ? 'scaled to fit' : 'not scaled'),
  },
}

/** The trace was written by these very steps, so each value has its parameter's type. */
type AnyFacts = Readonly<Partial<Record<string, Facts<Record<string, unknown>>>>>
/** What a step was told to do, in words; `unit` is that of the scan's values. A parameter of another version by its name. */
export function stepFacts(stage: string, params: Readonly<Record<string, unknown>>, unit: string): string[] {
  const known = (FACTS as unknown as AnyFacts)[stage] ?? {}
  const words = Object.keys({ ...known, ...params }).map((name) => {
    const value = params[name]
    if (value === undefined) return ''
    return known[name]?.(value, params, unit) ?? `${name} ${JSON.stringify(value)}`
  })
  return words.filter((text) => text !== '')
}
