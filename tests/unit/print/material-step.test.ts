import { expect, test } from 'vitest'
import { seededNormal } from '../../../src/core/random.ts'
import { materialStep } from '../../../src/print/material-step.ts'
import { histogram } from '../../../src/volume/histogram.ts'
import { gridOf, volumeOf } from '../../support/phantoms.ts'

/** Voxels drawn from bells: how many thousand, about which value, how wide. */
function drawn(...bells: readonly Bell[]) {
  const normal = seededNormal(3)
  const values = bells.flatMap(([thousands, mean, sd]) =>
    Array.from({ length: 1000 * thousands }, () => Math.round(mean + sd * normal())),
  )
  return histogram(
    volumeOf(gridOf([values.length, 1, 1]), (i) => values[i] as number),
    4096,
  )
}
type Bell = readonly [thousands: number, mean: number, sd: number]
const stepIn = (...bells: readonly Bell[]) => materialStep(drawn(...bells), 'HU')
const NO_STEP = expect.objectContaining({ code: 'print/no-step' })

test('the surface lies half way between air and material, also when there is little of it', () => {
  for (const thousands of [50, 5, 1]) {
    const found = stepIn([50, -1000, 20], [thousands, 100, 20])
    expect(found.airValue).toBeCloseTo(-1000, -1)
    expect(Math.abs(found.materialValue - 100)).toBeLessThan(12)
    expect(Math.abs(found.thresholdValue + 450)).toBeLessThan(8)
  }
})
test('what scanners write outside of their picture is no air of its own', () => {
  const found = stepIn([20, -3024, 0], [60, -1000, 20], [4, 100, 20])
  expect(Math.abs(found.thresholdValue + 450)).toBeLessThan(8)
})
test('grey values of an industrial scanner do as well', () => {
  const found = materialStep(drawn([60, 4000, 300], [20, 21000, 800]), 'a.u.')
  expect(Math.abs(found.thresholdValue - 12500)).toBeLessThan(500)
})
test('noise alone, a ramp and one value have no step; two bells that run into each other neither', () => {
  expect(() => stepIn([50, -1000, 30])).toThrow(NO_STEP)
  expect(() => stepIn([50, -1000, 0])).toThrow(NO_STEP)
  const ramp = volumeOf(gridOf([2000, 4, 4]), (i) => i)
  expect(() => materialStep(histogram(ramp, 4096), 'HU')).toThrow(NO_STEP)
  expect(() => stepIn([50, 0, 100], [50, 250, 100])).toThrow(NO_STEP)
  expect(stepIn([50, 0, 50], [50, 550, 50]).thresholdValue).toBeGreaterThan(200)
})
