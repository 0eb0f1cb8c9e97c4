import type {
  BlockParams,
  CodeStepParams,
  HangingParams,
  OnFace,
  PlateParams,
  StandStepParams,
  TextParams,
} from '../app/mark-steps.ts'
import type { Vec3 } from '../core/types.ts'
import { EMBOSS } from '../prepare/marks/emboss.ts'
import type { Facts } from './facts.ts'
import { directionText, mm, place3, plural } from './format.ts'

// The words of the marks on the part.

/** What each is called on its button, does, and is started with. */
export const MARK_TOOL = {
  emboss: {
    name: 'Text',
    lead: 'Writes the ID, the side, which part of how many and the revision onto a face; a scale and MIRROR where the part is not as in life.',
    act: 'Write it',
  },
  code: {
    name: 'QR code',
    lead: 'A plate with a code that any phone reads: the trace ID of the model as it was made.',
    act: 'Put the code on',
  },
  'landing-blocks': {
    name: 'Caliper blocks',
    lead: 'Cubes on sturdy places, far apart. Verify asks for their sizes once the part is printed. Lay the part flat first: turning it drops them from the ticket.',
    act: 'Place the blocks',
  },
  'base-plate': {
    name: 'Base plate',
    lead: 'A flat plate under the part, joined to its lowest end.',
    act: 'Add the plate',
  },
  stand: {
    name: 'Stand',
    lead: 'A post on a foot, below the middle of the part.',
    act: 'Add the stand',
  },
  'hanging-hole': {
    name: 'Hang',
    lead: 'A ring on a face, or a hole through the part, for a thread.',
    act: 'Add it',
  },
} as const

export const MARK_FIELD: Readonly<Record<string, string>> = {
  'emboss.id': 'ID',
  'emboss.how': 'Letters',
  'emboss.capHeightMm': 'Height',
  'emboss.depthMm': 'Depth',
  'emboss.top': 'Top points',
  'emboss.rows': 'Layout',
  'emboss.revision': 'Revision',
  'code.modules': 'Dark squares',
  'code.moduleMm': 'Size of a square',
  'code.top': 'Top points',
  'landing-blocks.count': 'Blocks',
  'landing-blocks.edgeMm': 'Edge',
  'landing-blocks.apartMm': 'At least apart',
  'base-plate.thicknessMm': 'Thickness',
  'base-plate.marginMm': 'Margin',
  'base-plate.sinkMm': 'Part sinks in by',
  'stand.gapMm': 'Height of the part',
  'stand.postMm': 'Post',
  'stand.footMm': 'Foot',
  'hanging-hole.how': 'Kind',
  'hanging-hole.diameterMm': 'Hole',
  'hanging-hole.wallMm': 'Wall around it',
  'hanging-hole.top': 'Hole points',
}

export const MARK_CHOICE: Readonly<Record<string, string>> = {
  case: 'Case name',
  model: 'Trace ID of the model',
  emboss: 'Raised',
  engrave: 'Cut in',
  several: 'In rows',
  one: 'In one row',
  raised: 'Raised',
  sunk: 'Cut in',
  up: 'Up',
  right: 'Right',
  down: 'Down',
  left: 'Left',
  ring: 'Ring on it',
  hole: 'Hole through it',
}

export interface MarkStepParams {
  readonly emboss: TextParams
  readonly code: CodeStepParams
  readonly 'landing-blocks': BlockParams
  readonly 'base-plate': PlateParams
  readonly stand: StandStepParams
  readonly 'hanging-hole': HangingParams
}

/** Words for each parameter of a mark; '' where a parameter does not apply. */

const TOP_TEXT = {
  up: 'upright',
  right: 'its top to the right',
  down: 'upside down',
  left: 'its top to the left',
} satisfies Record<OnFace['top'], string>

const FACE: Facts<OnFace> = {
  pointLps: (v: Vec3) => `on the face at ${place3(v)}`,
  normalLps: (v) => `which looks ${directionText(v)}`,
  top: (v) => TOP_TEXT[v],
}

const TEXT: Facts<TextParams> = {
  lines: (v) => (v.length === 0 ? '' : `“${v.join(' / ')}”`),
  how: (v) => (v === 'emboss' ? 'raised' : 'cut in'),
  capHeightMm: (v) => `${mm(v)} high`,
  depthMm: (v, { how }) => (how === 'emboss' ? `${mm(v)} proud` : `${mm(v)} deep`),
  hasSide: (v) => (v ? '' : 'no side signed'),
  side: (v) => (v === '' || v === 'none' ? '' : `says ${v}`),
  leastStrokeMm: (v) => (v === EMBOSS.defaults.leastStrokeMm ? '' : `strokes of ${mm(v)} or more`),
  leastDepthMm: (v) => (v === EMBOSS.defaults.leastDepthMm ? '' : `at least ${mm(v)} out or in`),
  leastWallMm: (v) => (v === EMBOSS.defaults.leastWallMm ? '' : `${mm(v)} of wall left below`),
  ...FACE,
}
const CODE: Facts<CodeStepParams> = {
  text: (v) => (v === '' ? '' : `says ${v}`),
  modules: (v) => (v === 'raised' ? 'dark squares raised' : 'dark squares cut in'),
  moduleMm: (v) => `squares of ${mm(v)}`,
  leastFeatureMm: (v) => `the process prints ${mm(v)}`,
  ...FACE,
}
const BLOCKS: Facts<BlockParams> = {
  count: (v) => plural(v, 'block', 'blocks'),
  edgeMm: (v) => `${mm(v)} each`,
  apartMm: (v) => `${mm(v)} apart or more`,
  keepOuts: (v) => (v.length === 0 ? '' : `clear of ${plural(v.length, 'text', 'texts')}`),
}
const PLATE: Facts<PlateParams> = {
  thicknessMm: (v) => `${mm(v)} thick`,
  marginMm: (v) => `${mm(v)} beyond the part`,
  sinkMm: (v) => `the part ${mm(v)} in it`,
}
const STAND: Facts<StandStepParams> = {
  gapMm: (v) => `${mm(v)} above the table`,
  postMm: (v) => `post ${mm(v)} wide`,
  footMm: (v) => `foot ${mm(v)} wide`,
}
const HANGING: Facts<HangingParams> = {
  how: (v) => (v === 'ring' ? 'a ring' : 'a hole'),
  diameterMm: (v) => `hole ${mm(v)} wide`,
  wallMm: (v) => `wall ${mm(v)} around it`,
  ...FACE,
}

/** What each mark was told. */
export const MARK_FACTS = {
  ...{ emboss: TEXT, code: CODE, 'landing-blocks': BLOCKS },
  ...{ 'base-plate': PLATE, stand: STAND, 'hanging-hole': HANGING },
}
