import { describe, expect, test } from 'vitest'
import { PROCESS_IDS } from '../../../src/core/finding.ts'
import { estimate, type PlacedPart } from '../../../src/print/estimate.ts'
import { isProfile, type PrinterProfile, SHIPPED_PROFILES } from '../../../src/print/profiles.ts'

const [FDM] = SHIPPED_PROFILES as readonly [PrinterProfile, ...PrinterProfile[]]

describe('profiles', () => {
  test('shipped ones are sound, have ids of their own and cover every process', () => {
    for (const profile of SHIPPED_PROFILES) expect(isProfile(profile), profile.id).toBe(true)
    expect(new Set(SHIPPED_PROFILES.map(({ id }) => id)).size).toBe(SHIPPED_PROFILES.length)
    for (const process of PROCESS_IDS) expect(SHIPPED_PROFILES.some((one) => one.process === process)).toBe(true)
  })
  test.each([
    ['a missing number', { layerMm: undefined }],
    ['a layer of nothing, which would be divided by', { layerMm: 0 }],
    ['not a number', { hourRate: Number.NaN }],
    ['text for a number', { spotMm: '0.4' }],
    ['a process nobody knows', { process: 'clay' }],
    ['a plate with two sides', { buildMm: [200, 200] }],
    ['a plate of no size', { buildMm: [200, 200, 0] }],
    ['no name', { name: '  ' }],
    ['a name over two lines', { name: 'a\nb' }],
    ['a name without end', { name: 'x'.repeat(41) }],
    ['no material', { material: null }],
    ['a material without weight', { material: { name: 'PLA', densityGCm3: 0, pricePerKg: 1 } }],
    ['more than all of the infill', { infillPercent: 101 }],
  ])('%s is refused', (_, change) => {
    expect(isProfile({ ...FDM, ...change })).toBe(false)
  })
})

describe('the estimate, against figures reckoned by hand', () => {
  const part: PlacedPart = { volumeMm3: 8000, areaMm2: 2400, heightMm: 20, supportMm3: 1000 }
  const plain: PrinterProfile = {
    ...FDM,
    layerMm: 0.2,
    material: { name: 'PLA', densityGCm3: 1.25, pricePerKg: 20 },
    hourRate: 2,
    labourRate: 60,
    labourMin: 10,
    overhead: 1.5,
    setupMin: 6,
    layerSeconds: 3,
    rateMm3S: 5,
    skinMm: 1,
    infillPercent: 25,
    supportPercent: 20,
    wastePercent: 10,
  }
  test('of a cube of 20 mm in filament', () => {
    // Skin 2400, inside 5600 at a quarter: 3800 laid, 200 of support. 100 layers.
    const found = estimate(part, plain)
    expect(found.layers).toBe(100)
    expect(found.partG).toBeCloseTo(4.75, 9)
    expect(found.supportG).toBeCloseTo(0.25, 9)
    expect(found.materialG).toBeCloseTo(5.5, 9)
    // 360 s of set-up, 300 s of layers, 800 s of laying.
    expect(found.machineHours).toBeCloseTo(1460 / 3600, 9)
    expect(found.materialCost).toBeCloseTo(0.11, 9)
    expect(found.machineCost).toBeCloseTo(2920 / 3600, 9)
    expect(found.labourCost).toBeCloseTo(10, 9)
    expect(found.cost).toBeCloseTo(0.11 + 2920 / 3600 + 10 + 1.5, 9)
  })
  test('of a thin part, which is all skin', () => {
    expect(estimate({ ...part, areaMm2: 9000 }, plain).partG).toBeCloseTo(10, 9)
  })
  test('of a machine whose time goes by height alone', () => {
    const byHeight = { ...plain, rateMm3S: 0 }
    expect(estimate(part, byHeight).machineHours).toBeCloseTo(660 / 3600, 9)
    expect(estimate({ ...part, volumeMm3: 80_000 }, byHeight).machineHours).toBeCloseTo(660 / 3600, 9)
  })
  test('a started layer counts as one', () => {
    expect(estimate({ ...part, heightMm: 20.01 }, plain).layers).toBe(101)
    expect(estimate({ ...part, heightMm: 0.3 }, { ...plain, layerMm: 0.1 }).layers).toBe(3)
  })
})
