import { expect, test } from 'vitest'
import { type PartFields, partLines } from '../../../../src/prepare/marks/part-text.ts'

const FIELDS: PartFields = {
  caseId: '7K3MQ',
  side: 'left',
  part: 2,
  parts: 3,
  revision: 4,
  scale: 1,
  mirrored: false,
}

test.each([
  ['a part as in life', {}, ['7K3MQ L', '2/3 r4']],
  ['the only part', { parts: 1, part: 1 }, ['7K3MQ L', 'r4']],
  ['a part of no side', { side: 'none' }, ['7K3MQ', '2/3 r4']],
  ['a scaled part', { side: 'right', scale: 0.5 }, ['7K3MQ R', '2/3 r4', 'x0.5']],
  ['a scale of many digits', { scale: 1 / 3 }, ['7K3MQ L', '2/3 r4', 'x0.333']],
  ['a scaled and mirrored part', { scale: 2, mirrored: true }, ['7K3MQ L', '2/3 r4', 'x2 MIRROR']],
] as const)('the lines on %s', (_, change, lines) => {
  expect(partLines({ ...FIELDS, ...change })).toEqual(lines)
})
