import type { Params, ParamValue } from '../app/templates.ts'
import { BOOLEAN } from '../prepare/boolean.ts'
import { COMBINE } from '../prepare/combine.ts'
import { DRAIN } from '../prepare/drain.ts'
import { HOLLOW_MESH } from '../prepare/hollow-mesh.ts'
import { OFFSET } from '../prepare/offset.ts'
import { CONNECTOR_WISH } from '../prepare/place-connectors.ts'
import type { Plane } from '../prepare/plane.ts'
import { SPLIT_SHELLS } from '../prepare/split-shells.ts'
import { THICKEN } from '../prepare/thicken.ts'
import { WRAP } from '../prepare/wrap.ts'
import { MIN_REASON_LENGTH } from '../qa/gate.ts'
import { isInitials } from '../segment/label-ai.ts'
import type { PartTool, PlaneWay } from './part-tool.ts'

// Edits that change the shape of a part, as they are offered.

/** Of a hollow part: what the process advises twice over, since a shell is all that carries. */
const SHELL_WALLS = 2

const isOpen = ({ open }: Params) => open === true
const isDrained = ({ open, holes }: Params) => open !== true && Number(holes) > 0
const isJoined = ({ kind }: Params) => kind !== 'none'
const planeValue = (plane: Plane | null): ParamValue =>
  plane === null ? null : { pointLps: [...plane.pointLps], normalLps: [...plane.normalLps] }
const millimetres = (value: ParamValue | undefined) => (typeof value === 'number' ? value : null)

const HOLLOW_TOOL: PartTool = {
  ...{ stage: 'hollow', icon: 'hollow', group: 'shape' },
  fields: [
    { kind: 'number', key: 'wallMm', unit: 'mm', min: 0.4, max: 20, step: 0.1 },
    { kind: 'tick', key: 'open' },
    { kind: 'number', key: 'openMm', unit: 'mm', min: 0.5, max: 100, step: 0.5, when: isOpen },
    { kind: 'number', key: 'holes', unit: '', min: 0, max: 8, step: 1, when: (values) => !isOpen(values) },
    { kind: 'number', key: 'holeMm', unit: 'mm', min: 0.5, max: 20, step: 0.5, when: isDrained },
  ],
  defaults: {
    wallMm: HOLLOW_MESH.defaults.wallMm,
    open: false,
    openMm: 5,
    holes: 0,
    holeMm: DRAIN.defaults.diameterMm,
  },
  byProcess: ({ advisedWallMm, escape: escapes }) => ({
    wallMm: SHELL_WALLS * advisedWallMm,
    holes: escapes?.holes ?? 0,
    holeMm: escapes?.diameterMm ?? DRAIN.defaults.diameterMm,
  }),
  wantsFace: isOpen,
  wantsPlane: (values) => (isOpen(values) ? { way: 'face', atMm: millimetres(values.openMm) } : null),
  orders: (values, plane) => {
    const { wallMm = null, holes = 0, holeMm = null } = values
    const { leastCavityMm3 } = HOLLOW_MESH.defaults
    const hollow = {
      stage: 'hollow',
      params: { wallMm, openAt: isOpen(values) ? planeValue(plane) : null, leastCavityMm3 },
    }
    if (!isDrained(values)) return [hollow]
    const where = { perCavity: holes, leastCavityMm3, pickedLps: [] }
    return [hollow, { stage: 'drain', params: { diameterMm: holeMm, ...where } }]
  },
}

const CUT_TOOL: PartTool = {
  ...{ stage: 'pegs', icon: 'cutPlane', group: 'shape', wantsOneBody: true },
  fields: [
    { kind: 'choice', key: 'kind', options: ['peg', 'dovetail', 'magnet', 'none'] },
    { kind: 'choice', key: 'fit', options: ['loose', 'tight'], when: isJoined },
    {
      ...{ kind: 'number', key: 'count', unit: '', min: 1, max: 6, step: 1, empty: null },
      when: ({ kind }) => kind === 'peg' || kind === 'magnet',
    },
    { kind: 'number', key: 'diameterMm', unit: 'mm', min: 0.5, max: 50, step: 0.5, empty: null, when: isJoined },
    { kind: 'number', key: 'depthMm', unit: 'mm', min: 0.5, max: 50, step: 0.5, empty: null, when: isJoined },
  ],
  defaults: { way: 'z', atMm: null, kind: 'peg', fit: 'loose', count: null, diameterMm: null, depthMm: null },
  wantsFace: ({ way }) => way === 'face',
  wantsPlane: ({ way, atMm }) => ({ way: way as PlaneWay, atMm: millimetres(atMm) }),
  orders: ({ kind = 'none', fit, count = null, diameterMm = null, depthMm = null }, plane, process) => {
    const clearanceMm = fit === 'tight' ? process.tightClearanceMm : process.looseClearanceMm
    const cut = { plane: planeValue(plane), kind, clearanceMm }
    if (kind === 'none') return [{ stage: 'pegs', params: cut }]
    const room = { marginMm: CONNECTOR_WISH.marginMm, leastMm: process.leastFeatureMm }
    return [{ stage: 'pegs', params: { ...cut, count, diameterMm, depthMm, ...room } }]
  },
}

export const SHAPE_TOOLS: readonly PartTool[] = [
  {
    ...{ stage: 'mirror', icon: 'mirror', group: 'place' },
    fields: [{ kind: 'text', key: 'signedBy', longest: 4, capitals: true }],
    defaults: { signedBy: '' },
    lacks: ({ signedBy }) => (typeof signedBy === 'string' && isInitials(signedBy) ? null : 'initials'),
  },
  {
    ...{ stage: 'scale', icon: 'resize', group: 'place' },
    fields: [
      { kind: 'number', key: 'factor', unit: '%', min: 1, max: 1000, step: 1, scale: 0.01 },
      { kind: 'text', key: 'reason', longest: 120 },
    ],
    defaults: { factor: 1, reason: '' },
    lacks: ({ factor, reason }) => {
      if (factor === 1) return 'factor'
      return String(reason).trim().length >= MIN_REASON_LENGTH ? null : 'reason'
    },
  },
  HOLLOW_TOOL,
  CUT_TOOL,
  {
    ...{ stage: 'split-shells', icon: 'split', group: 'shape', wantsOneBody: true },
    fields: [{ kind: 'number', key: 'leastMm3', unit: 'cm³', min: 0, max: 100, step: 0.01, scale: 1000 }],
    defaults: SPLIT_SHELLS.defaults,
  },
  {
    ...{ stage: 'combine-bodies', icon: 'join', group: 'shape', takes: 'shown' },
    fields: [],
    defaults: COMBINE.defaults,
  },
  {
    ...{ stage: 'boolean', icon: 'logic', group: 'shape', takes: 'pair', wantsOneBody: true },
    fields: [{ kind: 'choice', key: 'operation', options: ['subtract', 'intersect', 'union'] }],
    defaults: BOOLEAN.defaults,
  },
  {
    ...{ stage: 'offset', icon: 'margin', group: 'shape', wantsOneBody: true },
    fields: [{ kind: 'number', key: 'byMm', unit: 'mm', min: -10, max: 10, step: 0.05 }],
    defaults: { byMm: OFFSET.defaults.byMm },
  },
  {
    ...{ stage: 'thicken', icon: 'thicken', group: 'surface' },
    fields: [{ kind: 'number', key: 'wallMm', unit: 'mm', min: 0.2, max: 10, step: 0.1 }],
    defaults: { wallMm: THICKEN.defaults.wallMm },
    byProcess: ({ hardWallMm }) => ({ wallMm: hardWallMm }),
  },
  {
    ...{ stage: 'wrap', icon: 'wrap', group: 'surface' },
    fields: [
      { kind: 'number', key: 'radiusMm', unit: 'mm', min: 0.1, max: 20, step: 0.1 },
      { kind: 'tick', key: 'fillCavities' },
    ],
    defaults: { radiusMm: WRAP.defaults.radiusMm, fillCavities: WRAP.defaults.fillCavities },
  },
]
