import { expect, test } from 'vitest'
import { IDLE_CONTEXT } from '../../../src/core/stage.ts'
import { blurredIndicator, cpuBlur } from '../../../src/segment/indicator.ts'
import { gaussian } from '../../../src/volume/gaussian.ts'
import { gridOf, volumeOf } from '../../support/phantoms.ts'

test('scores of a box are those over the whole scan, and what they leave out has none', async () => {
  const grid = gridOf([40, 30, 24], [1, 1.3, 0.8])
  const has = (i: number, j: number, k: number) =>
    Number(i > 12 && i < 20 && j < 9 && k > 8 && k < 15 && (i * j + k) % 3 > 0)
  const whole = await gaussian(
    volumeOf(grid, (i, j, k) => 16_384 * has(i, j, k)),
    1.4,
    IDLE_CONTEXT,
  )
  const scores = await blurredIndicator(grid, [13, 0, 9, 19, 8, 14], has, 1.4, IDLE_CONTEXT, cpuBlur)
  const all = new Int16Array(whole.length)
  scores?.each((i, j, k, score) => {
    all[i + 40 * (j + 30 * k)] = score
  })
  expect(all).toEqual(whole)
  expect(await blurredIndicator(grid, null, has, 1.4, IDLE_CONTEXT, cpuBlur)).toBe(null)
})
