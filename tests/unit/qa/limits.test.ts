import { describe, expect, test } from 'vitest'
import { PROCESS_IDS, type ProcessId } from '../../../src/core/finding.ts'
import type { Bounds } from '../../../src/core/mesh.ts'
import type { Passport } from '../../../src/core/passport.ts'
import type { Vec3 } from '../../../src/core/types.ts'
import { processesThatPass } from '../../../src/qa/advice.ts'
import { checkAnisotropy } from '../../../src/qa/checks/anisotropy.ts'
import { checkBoundingBox } from '../../../src/qa/checks/bounding-box.ts'
import { checkBuildVolume } from '../../../src/qa/checks/build-volume.ts'
import { checkSelfIntersections } from '../../../src/qa/checks/self-intersections.ts'
import { checkShells } from '../../../src/qa/checks/shells.ts'
import { checkSideVerified } from '../../../src/qa/checks/side-verified.ts'
import { checkSliceSpacing } from '../../../src/qa/checks/slice-spacing.ts'
import { checkSurfaceMax } from '../../../src/qa/checks/surface-max.ts'
import { checkSurfaceMean } from '../../../src/qa/checks/surface-mean.ts'
import { checkSurfaceP95 } from '../../../src/qa/checks/surface-p95.ts'
import { checkVolumeChange } from '../../../src/qa/checks/volume-change.ts'
import { checkWallThickness } from '../../../src/qa/checks/wall-thickness.ts'
import type { Deviation } from '../../../src/qa/deviation.ts'
import { POLICIES } from '../../../src/qa/policy.ts'
import type { Shell } from '../../../src/qa/shells.ts'
import type { Thickness } from '../../../src/qa/thickness.ts'

// Every limit of gates.md at limit - e, limit and limit + e.
const { planning, communication, teaching } = POLICIES
const E = 1e-3

function scan(spacingMm: Vec3, sliceStepsMm: number[] = []): Passport {
  return {
    source: 'nifti',
    modality: 'CT',
    size: [10, 10, 10],
    spacingMm,
    orientation: 'LPS',
    rightHanded: true,
    tiltDeg: 0,
    sliceStepsMm,
    worstStepDeviation: 0,
    missingSlices: 0,
    resampled: false,
    range: [-1000, 2000],
    tagsKept: 0,
    tagsTotal: 0,
    notes: [],
  }
}

describe('slice spacing', () => {
  test.each([
    [1 - E, 'pass', 'pass'],
    [1, 'pass', 'pass'],
    [1 + E, 'warn', 'warn'],
    [2 - E, 'warn', 'warn'],
    [2, 'warn', 'warn'],
    [2 + E, 'fail', 'warn'],
  ])('%s mm: planning %s, teaching %s', (mm, strict, lenient) => {
    expect(checkSliceSpacing(scan([0.5, 0.5, mm]), planning).level).toBe(strict)
    expect(checkSliceSpacing(scan([0.5, 0.5, mm]), communication).level).toBe(lenient)
    expect(checkSliceSpacing(scan([0.5, 0.5, mm]), teaching).level).toBe(lenient)
  })
  test('shows the limit that decides', () => {
    expect(checkSliceSpacing(scan([1, 1, 1]), planning).limit).toBe(2)
    expect(checkSliceSpacing(scan([1, 1, 1]), teaching).limit).toBe(1)
  })
  test('rounding of slice positions is no coarser scan', () =>
    expect(checkSliceSpacing(scan([0.5, 0.5, 1.0000000000002]), planning).level).toBe('pass'))
  test('any axis may be the slice axis; steps count where they are larger', () => {
    expect(checkSliceSpacing(scan([2.5, 0.5, 0.5]), planning).level).toBe('fail')
    expect(checkSliceSpacing(scan([0.5, 0.5, 0.5], [2.5, 2.5, 2.5]), planning).value).toBe(2.5)
  })
})

test.each([
  [2 - E, 'pass'],
  [2, 'pass'],
  [2 + E, 'warn'],
  [50, 'warn'],
])('anisotropy %s : 1 is %s', (ratio, level) =>
  expect(checkAnisotropy(scan([1, 1, ratio]), planning).level).toBe(level),
)

test('an unverified side fails a case print and passes teaching with a note', () => {
  const level = (verified: boolean, policy = planning) => checkSideVerified(verified, policy).level
  expect([level(true), level(false), level(false, communication), level(false, teaching)]).toEqual([
    'pass',
    'fail',
    'fail',
    'pass',
  ])
  expect(checkSideVerified(false, teaching).detail).toEqual({ verified: 'no', needed: 'no' })
})

function away(meanMm: number, p95Mm: number, maxMm: number): Deviation {
  const near = { meanMm: 0, p95Mm: 0, maxMm: 0, points: 1 }
  return {
    toReference: near,
    fromReference: { meanMm, p95Mm, maxMm, points: 1 },
    signedMm: new Float32Array(0),
    places: [],
  }
}

describe('mesh to mask surface, the worse direction; teaching allows twice as much', () => {
  test.each([
    [0.25 - E, 'pass', 'pass'],
    [0.25, 'pass', 'pass'],
    [0.25 + E, 'fail', 'pass'],
    [0.5, 'fail', 'pass'],
    [0.5 + E, 'fail', 'fail'],
    [Number.NaN, 'fail', 'fail'],
  ])('mean %s mm: planning %s, teaching %s', (mm, strict, lenient) => {
    expect(checkSurfaceMean(away(mm, 0, 0), planning).level).toBe(strict)
    expect(checkSurfaceMean(away(mm, 0, 0), teaching).level).toBe(lenient)
  })
  test.each([
    [0.2 - E, 'pass', 'pass'],
    [0.2, 'pass', 'pass'],
    [0.2 + E, 'warn', 'warn'],
    [0.5 - E, 'warn', 'warn'],
    [0.5, 'warn', 'warn'],
    [0.5 + E, 'fail', 'warn'],
    [1, 'fail', 'warn'],
    [1 + E, 'fail', 'fail'],
  ])('p95 %s mm at 0.8 mm voxels: planning %s, teaching %s', (mm, strict, lenient) => {
    expect(checkSurfaceP95(away(0, mm, 0), [0.8, 0.8, 2], planning).level).toBe(strict)
    expect(checkSurfaceP95(away(0, mm, 0), [0.8, 0.8, 2], teaching).level).toBe(lenient)
  })
  test.each([
    [1 - E, 'pass', 'pass'],
    [1, 'pass', 'pass'],
    [1 + E, 'fail', 'pass'],
    [2, 'fail', 'pass'],
    [2 + E, 'fail', 'fail'],
  ])('max %s mm: planning %s, teaching %s', (mm, strict, lenient) => {
    expect(checkSurfaceMax(away(0, 0, mm), planning).level).toBe(strict)
    expect(checkSurfaceMax(away(0, 0, mm), teaching).level).toBe(lenient)
  })
})

test.each([
  [1 - E, 'pass', 'pass'],
  [1, 'pass', 'pass'],
  [1 + E, 'warn', 'warn'],
  [2 - E, 'warn', 'warn'],
  [2, 'warn', 'warn'],
  [2 + E, 'fail', 'warn'],
  [5, 'fail', 'warn'],
  [5 + E, 'fail', 'fail'],
])('volume change of %s %% either way: planning %s, teaching %s; the sign is kept', (percent, strict, lenient) => {
  for (const sign of [1, -1]) {
    const volumes = { meshMm3: 100_000 + sign * percent * 1000, referenceMm3: 100_000, maskMm3: 99_000 }
    const finding = checkVolumeChange(volumes, planning)
    expect(finding.level).toBe(strict)
    expect(finding.value).toBeCloseTo(sign * percent, 9)
    expect(checkVolumeChange(volumes, teaching).level).toBe(lenient)
  }
})

test('volume change of an empty reference fails', () =>
  expect(checkVolumeChange({ meshMm3: 0, referenceMm3: 0, maskMm3: 0 }, teaching).level).toBe('fail'))

const bounds = (x: number, y: number, z: number, at = 0): Bounds => ({
  min: [at, at, at],
  max: [at + x, at + y, at + z],
})

describe('bounding box', () => {
  test.each([
    [0.1 - E, 'pass'],
    [0.1, 'pass'],
    [0.1 + E, 'warn'],
    [0.3 - E, 'warn'],
    [0.3, 'warn'],
    [0.3 + E, 'fail'],
  ])('a face moved by %s mm is %s, on each axis', (mm, level) => {
    const unit = bounds(0, 0, 0)
    for (const moved of [bounds(mm, 0, 0), bounds(0, mm, 0), bounds(0, 0, mm)])
      expect(checkBoundingBox(moved, unit, teaching).level).toBe(level)
  })
  test('a shift without a change of size is seen', () =>
    expect(checkBoundingBox(bounds(9, 9, 9, 0.5), bounds(9, 9, 9), teaching).level).toBe('fail'))
})

describe('shells', () => {
  const solid = (volumeMm3: number, depth = 0): Shell => ({ triangles: 4, volumeMm3, depth, at: [0, 0, 0] })
  const level = (declared: number, ...shells: Shell[]) => checkShells(shells, declared, teaching).level
  test.each([
    [1 - E, 'warn'],
    [1, 'warn'],
    [1 + E, 'fail'],
  ])('a loose shell of %s mm3 is %s', (mm3, expected) => expect(level(1, solid(mm3), solid(1000))).toBe(expected))
  test('declared shells pass, a missing one warns', () => {
    expect(level(2, solid(500), solid(1000))).toBe('pass')
    expect(level(2, solid(1000))).toBe('warn')
  })
  test('a cavity is no loose shell, a solid in a cavity is', () => {
    expect(level(1, solid(1000), solid(-50, 1))).toBe('pass')
    expect(level(1, solid(1000), solid(-50, 1), solid(5, 2))).toBe('fail')
  })
})

test('self-intersections warn, and refuse a planning aid', () => {
  const level = (pairs: number, policy = planning) => checkSelfIntersections({ pairs, places: [] }, policy).level
  expect([level(0), level(1), level(1, communication), level(1, teaching)]).toEqual(['pass', 'fail', 'warn', 'warn'])
})

describe('wall thickness', () => {
  const thin = (belowHardMm2: number, belowAdvisedPercent: number, only?: ProcessId): Thickness => ({
    perVertexMm: new Float32Array(0),
    thinnestMm: 0.4,
    unmeasuredMm2: 0,
    leftOutMm2: 0,
    byProcess: Object.fromEntries(
      PROCESS_IDS.map((id) => [
        id,
        only === undefined || id === only
          ? { belowHardMm2, belowAdvisedPercent }
          : { belowHardMm2: 0, belowAdvisedPercent: 0 },
      ]),
    ) as Thickness['byProcess'],
    places: [],
  })
  test.each([
    [1 - E, 0, 'pass'],
    [1, 0, 'pass'],
    [1 + E, 0, 'fail'],
    [0, 0.5 - E, 'pass'],
    [0, 0.5, 'pass'],
    [0, 0.5 + E, 'warn'],
    [1 + E, 0.5 + E, 'fail'],
  ])('%s mm2 below hard, %s %% below advised: %s', (mm2, percent, level) =>
    expect(checkWallThickness(thin(mm2, percent), 'fdm', teaching).level).toBe(level),
  )
  test('only processes that pass are offered', () => {
    const part = bounds(150, 100, 100)
    const build = checkBuildVolume(part, 'fdm', undefined, teaching)
    const wall = checkWallThickness(thin(30, 5, 'fdm'), 'fdm', teaching)
    expect(processesThatPass([wall, build])).toEqual(['sla', 'sls', 'mjf', 'polyjet'])
    const large = checkBuildVolume(bounds(200, 150, 100), 'fdm', undefined, teaching)
    expect(processesThatPass([wall, large])).toEqual(['sls', 'mjf', 'polyjet'])
    expect(processesThatPass([checkWallThickness(thin(30, 5), 'fdm', teaching), build])).toEqual([])
    expect(processesThatPass([])).toEqual([])
  })
})

describe('build volume', () => {
  test.each([
    [95 - E, 'pass'],
    [95, 'pass'],
    [95 + E, 'warn'],
    [100, 'warn'],
    [100 + E, 'fail'],
  ])('%s mm in a machine of 100 mm is %s', (mm, level) =>
    expect(checkBuildVolume(bounds(mm, 10, 10), 'fdm', [100, 100, 100], teaching).level).toBe(level),
  )
  test('the part may be turned', () => {
    expect(checkBuildVolume(bounds(100, 100, 180), 'sla', undefined, teaching).level).toBe('warn')
    expect(checkBuildVolume(bounds(180, 100, 100), 'sla', undefined, teaching).level).toBe('warn')
    expect(checkBuildVolume(bounds(150, 150, 100), 'sla', undefined, teaching).level).toBe('fail')
  })
})
