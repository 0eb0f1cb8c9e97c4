import { expect, test } from 'vitest'
import { TISSUE_PRESETS } from '../../../src/segment/presets.ts'

test('presets have distinct ids and ranges within what CT stores', () => {
  expect(new Set(TISSUE_PRESETS.map((p) => p.id)).size).toBe(TISSUE_PRESETS.length)
  for (const preset of TISSUE_PRESETS) {
    expect(preset.lowHu).toBeLessThan(preset.highHu)
    expect(preset.lowHu).toBeGreaterThanOrEqual(-1024)
    expect(preset.highHu).toBeLessThanOrEqual(3071)
  }
})

test('values of known tissues fall where they belong', () => {
  const takes = (hu: number) => TISSUE_PRESETS.filter((p) => hu >= p.lowHu && hu <= p.highHu).map((p) => p.id)
  expect(takes(-1000)).toEqual(['lung-airway'])
  expect(takes(-850)).toEqual(['lung-airway'])
  expect(takes(50)).toEqual(['soft-tissue', 'skin'])
  expect(takes(350)).toEqual(['bone', 'skin', 'vessel-contrast'])
  expect(takes(1200)).toEqual(['bone', 'bone-cortical', 'skin'])
})
