import { expect, test } from 'vitest'
import { GATE_SAYS } from '../../../scripts/lib/evidence-scans.mjs'
import { ACCEPTABLE, parseOptions, USAGE } from '../../../scripts/lib/options.mjs'
import { POLICY_IDS } from '../../../src/core/finding.ts'
import { POLICIES } from '../../../src/qa/policy.ts'

test('a scan alone takes the first of every list', () => {
  expect(parseOptions(['scan.nii.gz'])).toEqual({
    scan: 'scan.nii.gz',
    out: 'out',
    json: false,
    line: {
      template: null,
      policy: 'teaching',
      process: 'fdm',
      series: null,
      set: {},
      until: null,
      keep: [],
      acknowledge: [],
      backend: 'auto',
    },
  })
})

test('every option is read', () => {
  const text =
    'folder --template ct-bone --policy planning --process sla --series 3 --set threshold.lowHu=-2.5e1 ' +
    '--set islands.keep=largest --set margin.enabled=true --until check --keep mask,volume,mask ' +
    '--backend cpu --out results --bundle --json'
  const acknowledge = ['--acknowledge', 'wall-thickness=thin by nature: a = b', '--acknowledge', 'shells= two bones ']
  expect(parseOptions([...text.split(' '), ...acknowledge])).toEqual({
    scan: 'folder',
    out: 'results',
    json: true,
    line: {
      template: 'ct-bone',
      policy: 'planning',
      process: 'sla',
      series: 3,
      set: { 'threshold.lowHu': -25, 'islands.keep': 'largest', 'margin.enabled': true },
      until: 'check',
      keep: ['mask', 'volume', 'bundle'],
      acknowledge: [
        { check: 'wall-thickness', reason: 'thin by nature: a = b' },
        { check: 'shells', reason: 'two bones' },
      ],
      backend: 'cpu',
    },
  })
})

test('every gate that a policy lets a person accept can be accepted here, and no other', () => {
  const acceptable = new Set(POLICY_IDS.flatMap((id) => POLICIES[id].acknowledgeable))
  expect(new Set(ACCEPTABLE)).toEqual(acceptable)
  expect(Object.keys(GATE_SAYS)).toEqual(expect.arrayContaining([...acceptable]))
  expect(USAGE).toContain(ACCEPTABLE.join(', '))
})

test('help needs no scan', () => {
  expect(parseOptions(['--help'])).toBeNull()
  expect(parseOptions(['-h'])).toBeNull()
})

test.each([
  [[], 'Name the scan'],
  [['a.nii', 'b.nii'], '"b.nii" is one too many'],
  [['a.nii', '--colour', 'red'], 'Unknown option'],
  [['a.nii', '--template'], 'argument missing'],
  [['a.nii', '--template='], '--template needs a value'],
  [['a.nii', '--out='], '--out needs a value'],
  [['a.nii', '--policy', 'play'], 'teaching, communication, planning, not "play"'],
  [['a.nii', '--process', 'lathe'], '--process is one of'],
  [['a.nii', '--series', '0'], 'counted from 1, not "0"'],
  [['a.nii', '--series', '1.5'], 'not "1.5"'],
  [['a.nii', '--set', 'threshold=3'], 'stage.param=value, not "threshold=3"'],
  [['a.nii', '--set', 'threshold.lowHu='], 'stage.param=value'],
  [['a.nii', '--until', 'print'], 'scan, segment, model, check'],
  [['a.nii', '--keep', 'volume,mesh'], 'not "mesh"'],
  [['a.nii', '--acknowledge', 'shells'], 'gate=reason'],
  [['a.nii', '--acknowledge', 'shells= '], 'gate=reason'],
  [['a.nii', '--acknowledge', 'orientation=it looks right'], 'genus'],
  [['a.nii', '--backend', 'cuda'], 'auto, cpu, webgpu'],
])('%j is refused with a sentence', (args, sentence) => {
  expect(() => parseOptions(args)).toThrow(sentence)
  expect(() => parseOptions(args)).toThrow(expect.objectContaining({ code: 'app/bad-parameter' }))
})

test.each([
  ['1e400x', '1e400x'],
  ['0x10', '0x10'],
  ['', null],
  ['.5', 0.5],
  ['-3', -3],
  ['False', 'False'],
])('the value %j is read as %j', (text, value) => {
  if (value === null) expect(() => parseOptions(['a', `--set=a.b=${text}`])).toThrow()
  else expect(parseOptions(['a', `--set=a.b=${text}`])?.line.set).toEqual({ 'a.b': value })
})
