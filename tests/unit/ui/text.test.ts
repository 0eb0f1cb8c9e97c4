import { expect, test } from 'vitest'
import * as aiSteps from '../../../src/app/ai-steps.ts'
import * as compareSteps from '../../../src/app/compare-part.ts'
import * as drawSteps from '../../../src/app/draw-steps.ts'
import * as exportStep from '../../../src/app/export-step.ts'
import * as inferSteps from '../../../src/app/infer-steps.ts'
import * as markSteps from '../../../src/app/mark-steps.ts'
import * as maskSteps from '../../../src/app/mask-steps.ts'
import * as meshSteps from '../../../src/app/mesh-steps.ts'
import * as partGeometry from '../../../src/app/part-geometry.ts'
import * as partSteps from '../../../src/app/part-steps.ts'
import * as printSteps from '../../../src/app/print-steps.ts'
import * as scanSteps from '../../../src/app/scan-steps.ts'
import * as templateSteps from '../../../src/app/template-steps.ts'
import * as thresholdSteps from '../../../src/app/threshold-steps.ts'
import type { CheckId, Finding } from '../../../src/core/finding.ts'
import { REQUIRED_CHECKS } from '../../../src/qa/gate.ts'
import { findingText, passedValue } from '../../../src/ui/check.en.ts'
import { NEXT_STEP } from '../../../src/ui/next-step.en.ts'
import { stepFacts } from '../../../src/ui/step-facts.en.ts'
import { changeText } from '../../../src/ui/steps.en.ts'

/** Every file of the catalogue, also those that come later. */
const catalogue = import.meta.glob('../../../src/ui/*.en.ts', { eager: true })

const CHECKS: readonly CheckId[] = [...REQUIRED_CHECKS, 'file-reread']
const finding = (check: CheckId, level: Finding['level'] = 'fail'): Finding => ({
  check,
  level,
  value: 0.62,
  limit: 0.8,
  unit: 'mm',
  policy: { id: 'teaching', version: 1 },
  hard: true,
  detail: {},
  places: [{ at: [0, 0, 0], value: 0.62 }],
})

/** Every string in the catalogue, nested ones included. */
function strings(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  if (typeof value !== 'object' || value === null) return []
  return Object.values(value).flatMap(strings)
}

test('nothing shouts, and nothing is empty', () => {
  expect(Object.keys(catalogue).length).toBeGreaterThan(5)
  const all = [
    ...strings(catalogue),
    ...CHECKS.flatMap((c) => [findingText(finding(c), 'fdm', []), findingText(finding(c, 'warn'), 'fdm', [])]),
  ]
  expect(all.length).toBeGreaterThan(200)
  expect(all.filter((t) => t.includes('!') || t.trim() === '')).toEqual([])
})
test('twelve listed places may be more', () => {
  const many = {
    ...finding('wall-thickness'),
    places: Array.from({ length: 12 }, () => ({ at: [0, 0, 0] as const, value: 1 })),
  }
  expect(findingText({ ...many, detail: { thinnestMm: 0.31 } }, 'fdm', [])).toContain('at least 12 places')
})
test('every next step is a sentence', () => {
  expect(Object.values(NEXT_STEP).filter((t) => !t.endsWith('.'))).toEqual([])
})
test('a thin wall offers only ways out that were given', () => {
  const wall: Finding = {
    ...finding('wall-thickness'),
    value: 4,
    limit: 1,
    unit: 'mm2',
    detail: { thinnestMm: 0.62, hardMm: 0.8 },
    places: Array.from({ length: 3 }, () => ({ at: [0, 0, 0] as const, value: 0.62 })),
  }
  const text = findingText(wall, 'fdm', ['sla', 'mjf'])
  expect(text).toBe(
    'Wall is thinner than 0.80\u2009mm over 4.00\u2009mm²; 0.62\u2009mm at the thinnest of 3 places. FDM cannot print that. Thicken it there, or choose SLA or MJF.',
  )
  expect(findingText(wall, 'fdm', ['fdm'])).not.toContain('choose')
})
test('a tunnel that closed is led back to what can close one: smoothing cannot', () => {
  const genus = (value: number) => findingText({ ...finding('genus'), value, limit: 0, unit: 'count' }, 'fdm', [])
  expect(genus(-1)).toMatch(/1 tunnel fewer than the mask: .* closed it\. Use a smaller simplification error/)
  expect(genus(3)).toMatch(/3 tunnels more than the mask: .* opened them\./)
  expect(genus(-1)).not.toMatch(/smoothing/)
})
test('who accepted a finding is told, where somebody signed', () => {
  const told = (accepted: string) =>
    stepFacts('export', { format: 'stl', traceId: 'X', accepted: [accepted], values: '', namesPatient: false }, 'HU')
  expect(told('shells by AB: two bones: on purpose').join()).toMatch(
    /accepted by AB although .*: “two bones: on purpose”/,
  )
  expect(told('shells: two bones by AB: on purpose').join()).toMatch(
    /accepted although .*: “two bones by AB: on purpose”/,
  )
})
test('a label that became a body is told by its number, its smoothing and the short digest of its voxels', () => {
  const params = { label: 2, strength: 'light', maxErrorMm: 0, mask: 'ab'.repeat(32) }
  const told = stepFacts('label-body', params, 'HU').join(', ')
  expect(told).toMatch(/^of label 2, smoothed: light, every triangle kept, voxels /)
  expect(told).not.toContain(params.mask)
})
test('a mirrored part is called one, and a wrong side on it is named', () => {
  const shows = { side: 'yes', id: 'yes', shows: 'right', mirrored: 'yes' }
  const marks: Finding = { ...finding('side-and-id', 'warn'), value: 8, limit: 7.5, unit: 'mm', detail: shows }
  expect(findingText(marks, 'fdm', [])).toBe('The part is mirrored and shows a right side. Say so to whoever uses it.')
  expect(findingText({ ...marks, value: 5 }, 'fdm', [])).toMatch(/mirrored.*Say so.*5\.00\u2009mm high/)
  const wrong = { ...marks, level: 'fail' as const, detail: { ...shows, wrongSide: 'left' } }
  expect(findingText(wrong, 'fdm', [])).toMatch(/shows a right side\. A text on it says a left side/)
})
test('how much of the part was no wall is said, whether the walls hold or not', () => {
  const detail = { hardMm: 0.8, marksLeftOutMm2: 139.2 }
  const wall: Finding = { ...finding('wall-thickness'), value: 4, unit: 'mm2', detail }
  expect(findingText(wall, 'fdm', [])).toContain('1.39\u2009cm² of text, codes and blocks is left out')
  expect(passedValue({ ...wall, level: 'pass', value: 0 })).toBe('0\u2009mm² without 1.39\u2009cm² of marks')
  expect(passedValue({ ...wall, level: 'pass', value: 0, detail: { marksLeftOutMm2: 0 } })).toBe('0\u2009mm²')
})
test('a change is told with its unit', () => {
  expect(changeText({ stage: 'fill-holes', from: 163_000, to: 163_400, unit: 'mm3' })).toBe(
    'Last change: fill holes, +0.40\u2009cm³',
  )
  expect(changeText({ stage: 'islands', from: 5, to: 5, unit: 'mm3' })).toBe('Last change: islands, nothing changed')
})

/** Every step a trace may hold, with values under which each of its parameters has something to say. */
const SAID: Readonly<Record<string, readonly Record<string, unknown>[]>> = {
  scan: [{ format: 'nifti', placement: 'qform', frame: 4 }],
  denoise: [{ method: 'gaussian' }],
  islands: [{ count: 3 }, { keep: 'above' }, { keep: 'clicked', seedLps: [1, -2, 3.04] }],
  'fill-holes': [{ maxMm3: 50 }],
  check: [{ buildMm: [256, 256, 256], printerMm: 0.12 }],
  export: [
    { traceId: 'ZX9WT-69FJN', accepted: ['wall-thickness: Shown to a group: not handled'] },
    { accepted: ['shells by AB: Two bones, on purpose'] },
    { values: 'thickness_mm' },
    { namesPatient: true },
    { sealedFor: ['ab'.repeat(32)] },
  ],
  paint: [
    { gateLowHu: 226, gateHighHu: 900, pointsIjk: [1, 2, 3, 4, 5, 6] },
    { shape: 'disc', mode: 'erase' },
  ],
  scissors: [{ fromSlice: 2, toSlice: 8, corners: [0, 0, 9, 0, 0, 9] }, { op: 'remove-outside' }],
  'view-scissors': [
    { viewProjection: Array.from({ length: 16 }, () => 0), corners: [0, 0, 1, 0, 0, 1], depthMm: [1, 9] },
  ],
  crop: [{ shape: 'plane' }],
  'grow-at-click': [{ seedLps: [1, -2, 3.04], toleranceHu: 80, maxDistanceMm: 30 }],
  'smooth-mask': [{ method: 'gaussian' }],
  'grow-from-seeds': [{ labels: [1, 4] }],
  template: [{ id: 'ct-bone', digest: 'ab'.repeat(32), edited: true }],
  restore: [{ label: 'undo fill-holes' }],
  emboss: [{ lines: ['Heron 4172 L', 'r1'], leastStrokeMm: 0.5, leastDepthMm: 0.4, leastWallMm: 0.5, side: 'left' }],
  code: [{ text: '7K3MQ-2XA9B' }],
  'landing-blocks': [{ keepOuts: [{ centreLps: [0, 0, 0], radiusMm: 20 }] }],
  'lay-flat': [{ floorMm: 12.3 }],
  hollow: [{ openAt: { pointLps: [1, -2, 3.04], normalLps: [0, 0, 1] } }],
  drain: [{ holes: [{ fromLps: [0, 0, 0], directionLps: [0, 0, -1], lengthMm: 3 }] }],
  mirror: [{ signedBy: 'AB' }],
  scale: [{ factor: 0.5, reason: 'fits a desk' }],
  'place-part': [{ act: 'lay-flat' }, { act: 'undo lay-flat' }],
  infer: [{ model: 'tissues', version: '1.0.0', sha256: 'ab'.repeat(32) }],
  'self-test': [{ model: 'tissues', version: '1.0.0', sha256: 'ab'.repeat(32) }],
  promote: [
    {
      model: 'tissues',
      version: '1.0.0',
      sha256: 'ab'.repeat(32),
      structure: 'brain',
      channels: [1, 2],
      band: 'amber',
      p: 0.4,
      pairwiseDice: 0.91,
      s95Mm: 1.2,
      cvPercent: 4,
    },
  ],
  'review-region': [{ atLps: [1, -2, 3.04], reason: 'border-right', text: 'clear edge', by: 'AB' }],
  'second-reader': [{ role: 'surgeon' }],
  'accept-print': [
    {
      decision: 'reprint',
      reasons: ['beyond-limits'],
      printer: 'Print lab 2',
      expectedMm: [10, 10, 10],
      measuredMm: [10.7, 10, -1],
      photo: true,
    },
  ],
}
const specs = Object.values({
  ...aiSteps,
  ...compareSteps,
  ...inferSteps,
  ...exportStep,
  ...meshSteps,
  ...scanSteps,
  ...thresholdSteps,
  ...drawSteps,
  ...markSteps,
  ...maskSteps,
  ...printSteps,
  ...templateSteps,
  ...partSteps,
  ...partGeometry,
  placePart: partSteps.placePart([]),
}).flatMap((step) => (typeof step === 'object' && 'spec' in step ? [step.spec] : []))

test.each(specs.map((spec) => [spec.name, spec.defaults] as const))(
  'every parameter of %s is told in words, and never by its name',
  (stage, defaults) => {
    const variants = [{}, ...(SAID[stage] ?? [])].map((over): Record<string, unknown> => ({ ...defaults, ...over }))
    const untold = Object.keys(defaults).filter((name) => {
      const told = variants.some((all) => stepFacts(stage, all, 'HU').length > factsWithout(stage, all, name))
      const byName = variants.some((all) =>
        stepFacts(stage, all, 'HU').some((text) => text === `${name} ${JSON.stringify(all[name])}`),
      )
      return byName || !told
    })
    expect(untold).toEqual([])
    const said = variants.flatMap((all) => stepFacts(stage, all, 'HU')).join(' ')
    expect(said).not.toMatch(/[a-z][A-Z][a-z]|undefined|null|\[object|[{}[\]"]/)
  },
)
const factsWithout = (stage: string, all: Record<string, unknown>, name: string) =>
  stepFacts(stage, { ...all, [name]: undefined }, 'HU').length

test('a step tells what it was told to do, and leaves out what did not apply', () => {
  const islands = { ...thresholdSteps.ISLANDS_STEP.spec.defaults }
  expect(stepFacts('islands', islands, 'HU')).toEqual(['the largest piece'])
  expect(stepFacts('islands', { ...islands, keep: 'not-largest', count: 2 }, 'HU')).toEqual([
    'all but the 2 largest pieces',
  ])
  expect(stepFacts('islands', { ...islands, keep: 'below', minMm3: 100 }, 'HU')).toEqual([
    'every piece that is small enough',
    'less than 0.10\u2009cm³',
  ])
  expect(stepFacts('threshold', { lowHu: -408, highHu: 32767 }, 'HU')).toEqual([
    'from \u2212408\u2009HU',
    'no upper limit',
  ])
  expect(stepFacts('denoise', { method: 'median', sigmaMm: 0.5 }, '')).toEqual(['median of the neighbours'])
  expect(stepFacts('export', { format: '3mf', traceId: 'A', accepted: ['shells: Two: on purpose'] }, '')).toEqual([
    '3MF',
    'trace id A',
    'accepted although loose pieces: “Two: on purpose”',
  ])
  expect(stepFacts('restore', { label: 'undo fill-holes' }, '')).toEqual(['undo of fill holes'])
  expect(stepFacts('scan', { format: 'nifti', added: 2 }, '')).toEqual(['from NIfTI', 'added 2'])
})
test('a gate that holds shows its figure', () => {
  expect(passedValue({ ...finding('volume-change', 'pass'), value: -0.4, unit: '%' })).toBe('\u22120.4\u2009%')
})
