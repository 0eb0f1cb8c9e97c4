import { expect, test } from 'vitest'
import { share } from '../../../src/app/line.ts'
import type { MarkingLine } from '../../../src/app/networks.ts'
import { segment } from '../../../src/app/segment.ts'
import { templateById } from '../../../src/app/shipped-templates.ts'
import { IDLE_CONTEXT } from '../../../src/core/stage.ts'
import { gridOf, volumeOf } from '../../support/phantoms.ts'

test('a template in HU refuses a scan that has none, before anything runs', async () => {
  const scan = { ...volumeOf(gridOf([4, 4, 4]), () => 0), unit: 'a.u.' as const, modality: 'MR' as const }
  const line = new Proxy({} as MarkingLine, {
    get: () => {
      throw new Error('nothing may run')
    },
  })
  await expect(
    segment(
      line,
      { volume: scan, passport: { modality: 'CT', range: [0, 0], notes: [] } },
      templateById('ct-bone'),
      IDLE_CONTEXT,
    ),
  ).rejects.toMatchObject({
    code: 'import/wrong-modality',
  })
})

test('equal parts of a job fill its progress in order', () => {
  const seen: number[] = []
  const ctx = { signal: IDLE_CONTEXT.signal, progress: (fraction: number) => seen.push(fraction) }
  for (const part of [0, 1, 2, 3]) share(ctx, part, 4).progress(1)
  expect(seen).toEqual([0.25, 0.5, 0.75, 1])
})
