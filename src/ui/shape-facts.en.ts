import type { UP_FROM } from '../app/build-up.ts'
import type { CutWish } from '../app/part-places.ts'
import type { Vec3 } from '../core/types.ts'
import type { BooleanParams } from '../prepare/boolean.ts'
import type { CombineParams } from '../prepare/combine.ts'
import type { DrainParams, DrainPlaces } from '../prepare/drain.ts'
import type { HollowMeshParams } from '../prepare/hollow-mesh.ts'
import type { FieldParams } from '../prepare/mesh-field.ts'
import type { MirrorParams } from '../prepare/mirror.ts'
import type { OffsetParams } from '../prepare/offset.ts'
import type { PegsParams } from '../prepare/pegs.ts'
import type { Plane } from '../prepare/plane.ts'
import type { ScaleParams } from '../prepare/scale.ts'
import type { SplitShellsParams } from '../prepare/split-shells.ts'
import type { ThickenParams } from '../prepare/thicken.ts'
import type { WrapParams } from '../prepare/wrap.ts'
import type { Facts } from './facts.ts'
import { count, decimal, mm, percent, place3, plural, volume, withUnit } from './format.ts'

// What the edits that change the shape of a part were told, in words; see step-facts.en.ts.

/** By stage: its parameters, and those that a person gave before places were found for them. */
export interface ShapeParams {
  readonly hollow: HollowMeshParams
  readonly drain: DrainParams & DrainPlaces & { readonly upFrom: (typeof UP_FROM)[number] }
  readonly pegs: PegsParams & CutWish
  readonly 'split-shells': SplitShellsParams
  readonly 'combine-bodies': CombineParams
  readonly boolean: BooleanParams
  readonly mirror: MirrorParams
  readonly scale: ScaleParams
  readonly offset: OffsetParams
  readonly thicken: ThickenParams
  readonly wrap: WrapParams
}

/** As the part stands. */
const UP = '0,0,1'
const KINDS = {
  none: 'without connectors',
  peg: 'with round pegs',
  magnet: 'with holes for magnets',
  dovetail: 'with a dovetail',
}
const OPERATIONS = { union: 'joined', subtract: 'taken away', intersect: 'only what lies in both' }

const planeText = ({ pointLps }: Plane) => `through ${place3(pointLps)}`
/** A direction as three figures without a unit. */
const along = (v: Vec3) => v.map((part) => decimal(part, 1)).join(', ')
const FIELD: Facts<FieldParams> = {
  accuracyMm: (v) => `to ${mm(v)}`,
  memoryMb: (v) => `in at most ${withUnit(count(v), 'MB')}`,
}

export const SHAPE_FACTS: { readonly [S in keyof ShapeParams]: Facts<ShapeParams[S]> } = {
  hollow: {
    wallMm: (v) => `wall of ${mm(v)}`,
    openAt: (v) => (v === null ? '' : `open at a plane ${planeText(v)}`),
    leastCavityMm3: (v) => `cavities from ${volume(v)} on`,
    innerErrorMm: (v) => (v === 0 ? '' : `inside simplified within ${mm(v)}`),
    ...FIELD,
  },
  drain: {
    diameterMm: (v) => `${mm(v)} wide`,
    holes: (v) => (v.length === 0 ? '' : plural(v.length, 'hole', 'holes')),
    perCavity: (v) => `${plural(v, 'hole', 'holes')} a cavity`,
    upFrom: (v) => (v === 'print' ? 'as it stands at Print' : 'no direction was chosen at Print for it'),
    buildDirectionLps: (v) =>
      String(v) === UP ? 'at the lowest places' : `at the lowest places where up is ${along(v)}`,
    leastCavityMm3: (v) => `cavities from ${volume(v)} on`,
    pickedLps: (v) => (v.length === 0 ? '' : `at ${plural(v.length, 'picked place', 'picked places')}`),
  },
  pegs: {
    plane: planeText,
    kind: (v) => KINDS[v],
    connectors: (v) => (v.length === 0 ? 'without connectors' : plural(v.length, 'connector', 'connectors')),
    count: (v) => (v === null ? '' : `${count(v)} asked for`),
    diameterMm: (v) => (v === null ? '' : `${mm(v)} wide`),
    depthMm: (v) => (v === null ? '' : `${mm(v)} deep`),
    marginMm: (v, { kind }) => (kind === 'none' ? '' : `${mm(v)} of wall around them`),
    clearanceMm: (v, { kind }) => (kind === 'none' ? '' : `gap of ${mm(v)}`),
    leastMm: (v, { kind }) => (kind === 'none' ? '' : `none thinner than ${mm(v)}`),
  },
  'split-shells': { leastMm3: (v) => (v === 0 ? 'every piece' : `pieces from ${volume(v)} on`) },
  'combine-bodies': {},
  boolean: { operation: (v) => OPERATIONS[v] },
  mirror: {
    aboutXMm: (v) => (v === null ? 'about its middle' : `about ${mm(v)} along x`),
    signedBy: (v) => (v === '' ? '' : `signed by ${v}`),
  },
  scale: {
    factor: (v) => `to ${percent(100 * v)}`,
    reason: (v) => (v === '' ? '' : `“${v}”`),
    aboutLps: (v) => (v === null ? 'about its middle' : `about ${place3(v)}`),
  },
  offset: { byMm: (v) => (v < 0 ? `${mm(-v)} inwards` : `${mm(v)} outwards`), ...FIELD },
  thicken: { wallMm: (v) => `walls of at least ${mm(v)}`, ...FIELD },
  wrap: {
    radiusMm: (v) => `gaps up to ${mm(2 * v)} closed`,
    fillCavities: (v) => (v ? 'cavities filled' : 'cavities kept'),
    ...FIELD,
  },
}
