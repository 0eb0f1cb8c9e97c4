import { describe, expect, it } from 'vitest'
import type { Grid, LabelMap } from '../../../src/core/types.ts'
import type { Calibration } from '../../../src/infer/card.ts'
import {
  conformalP,
  fitsTurned,
  SCOPE_FEATURES,
  scopeFeatureNames,
  scopeFeatures,
  scopeScore,
} from '../../../src/infer/scope-features.ts'
import { HEAD_GRID, HEAD_STRUCTURES, headLabels, turned } from '../../support/head-labels.ts'
import { gridOf } from '../../support/phantoms.ts'

const SIZE: Grid['size'] = [6, 5, 4]

/** Channel 1 is one slab of two slices in x, channel 2 the corner voxel at the far end. */
function slab(grid: Grid): LabelMap {
  const labels = new Uint8Array(6 * 5 * 4)
  for (let at = 0; at < labels.length; at++) if (at % 6 === 1 || at % 6 === 2) labels[at] = 1
  labels[labels.length - 1] = 2
  return { grid, labels }
}

const OF_SLAB = [
  { anatomy: 'brain', of: [1] },
  { anatomy: 'skull', of: [2] },
  { anatomy: 'skin', of: [3] },
] as const

describe('scopeFeatures', () => {
  it('measures volume, place, width and the share at the border in mm', () => {
    const features = scopeFeatures(slab(gridOf(SIZE, [2, 3, 4])), OF_SLAB)
    // Of 41 voxels, 40 have their centroid at (1.5, 2, 1.5) and one lies at (5, 4, 3).
    const centre = [(40 * 1.5 + 5) / 41, (40 * 2 + 4) / 41, (40 * 1.5 + 3) / 41] as const
    const expected = [
      Math.log10(1 + (40 * 24) / 1000),
      2 * (1.5 - centre[0]),
      3 * (2 - centre[1]),
      4 * (1.5 - centre[2]),
      2 * 0.5,
      3 * Math.sqrt(2),
      4 * Math.sqrt(1.25),
      (2 * (5 * 4 - 3 * 2)) / 40,
    ]
    expect(features).toHaveLength(3 * SCOPE_FEATURES.length)
    expected.forEach((value, n) => {
      expect(features[n]).toBeCloseTo(value, 12)
    })
    expect(features[8 + 1]).toBeCloseTo(2 * (5 - 1.5), 12)
    expect(features[8 + 7]).toBe(1)
    expect(features.slice(16)).toEqual(new Array(8).fill(0))
  })

  it('gives the same numbers for the same body in another order of voxels', () => {
    const lps = scopeFeatures(headLabels(1), HEAD_STRUCTURES)
    // x points right, y forward: the voxels come in the opposite order and lie where they lay.
    const grid: Grid = { ...HEAD_GRID, direction: [-1, 0, 0, 0, -1, 0, 0, 0, 1] }
    const ras = scopeFeatures({ ...turned(turned(headLabels(1), 0), 1), grid }, HEAD_STRUCTURES)
    ras.forEach((value, n) => {
      expect(value).toBeCloseTo(lps[n] as number, 9)
    })
    // Axes in the order superior, left, posterior.
    const direction: Grid['direction'] = [0, 1, 0, 0, 0, 1, 1, 0, 0]
    const [nx, ny, nz] = HEAD_GRID.size
    const from = headLabels(1).labels
    const labels = new Uint8Array(from.length)
    for (let at = 0; at < from.length; at++) {
      const [i, j, k] = [at % nx, Math.floor(at / nx) % ny, Math.floor(at / (nx * ny))]
      labels[k + nz * (i + nx * j)] = from[at] as number
    }
    const sal = scopeFeatures({ grid: { ...HEAD_GRID, size: [nz, nx, ny], direction }, labels }, HEAD_STRUCTURES)
    sal.forEach((value, n) => {
      expect(value).toBeCloseTo(lps[n] as number, 9)
    })
  })

  it('names each feature by its structure', () => {
    expect(scopeFeatureNames(HEAD_STRUCTURES)[9]).toBe('ventricles.left-mm')
    expect(scopeFeatureNames(HEAD_STRUCTURES)).toHaveLength(24)
  })
})

const featuresOf = (labels: LabelMap) => scopeFeatures(labels, HEAD_STRUCTURES)

/** Mean and spread of 60 heads, scores of 120 others. */
function calibrated(): Calibration {
  const known = Array.from({ length: 60 }, (_, n) => featuresOf(headLabels(1000 + n)))
  const column = (n: number) => known.map((row) => row[n] as number)
  const mean = scopeFeatureNames(HEAD_STRUCTURES).map((_, n) => column(n).reduce((a, b) => a + b, 0) / known.length)
  const sd = mean.map((m, n) => Math.sqrt(column(n).reduce((s, v) => s + (v - m) ** 2, 0) / (known.length - 1)))
  const bare: Calibration = { features: scopeFeatureNames(HEAD_STRUCTURES), mean, sd, scores: [], from: 'drawn heads' }
  const scores = Array.from({ length: 120 }, (_, n) => scopeScore(featuresOf(headLabels(2000 + n)), bare))
  return { ...bare, scores }
}

describe('scopeScore and conformalP', () => {
  const calibration = calibrated()
  const pOf = (labels: LabelMap) => conformalP(scopeScore(featuresOf(labels), calibration), calibration)

  it('knows other heads: few of 100 lie below 0.05, which is what p means', () => {
    const low = Array.from({ length: 100 }, (_, n) => pOf(headLabels(5000 + n))).filter((p) => p < 0.05)
    expect(low.length).toBeLessThanOrEqual(12)
  })

  it('refuses heads upside down, back to front, cut off, of something else and empty', () => {
    const head = headLabels(7000)
    const strange: Record<string, LabelMap> = {
      upsideDown: turned(head, 2),
      backToFront: turned(head, 1),
      cutOff: { ...head, labels: head.labels.map((c, at) => (at < 40 * 48 * 26 ? 0 : c)) },
      oneOrgan: { ...head, labels: head.labels.map((c) => (c === 0 ? 0 : 1)) },
      empty: { ...head, labels: new Uint8Array(head.labels.length) },
      noSkull: { ...head, labels: head.labels.map((c) => (c === 3 ? 4 : c)) },
    }
    for (const [name, labels] of Object.entries(strange)) expect([name, pOf(labels) < 0.01]).toEqual([name, true])
  })

  it('tells which axis of the header is the wrong way', () => {
    const turnOf = (labels: LabelMap) => fitsTurned(featuresOf(labels), calibration)
    expect(turnOf(headLabels(7000))).toBeNull()
    expect(turnOf(turned(headLabels(7000), 2))).toBe('upside-down')
    expect(turnOf(turned(headLabels(7000), 1))).toBe('back-to-front')
    expect(turnOf(turned(headLabels(7000), 0))).toBeNull()
  })

  it('takes a head mirrored left to right for a head: content cannot tell', () => {
    expect(pOf(turned(headLabels(7000), 0))).toBeGreaterThanOrEqual(0.05)
  })

  it('counts the scores that are at least as high', () => {
    const few = { ...calibration, scores: [1, 2, 3] }
    expect([0.5, 2, 3.5].map((score) => conformalP(score, few))).toEqual([1, 0.75, 0.25])
    expect(conformalP(Number.NaN, few)).toBeNaN()
  })

  it('is infinite for features that are not numbers or not those of the calibration', () => {
    const features = featuresOf(headLabels(1))
    expect(scopeScore([...features.slice(1), Number.NaN], calibration)).toBe(Number.POSITIVE_INFINITY)
    expect(scopeScore(features.slice(1), calibration)).toBe(Number.POSITIVE_INFINITY)
    expect(scopeScore([], { ...calibration, mean: [], sd: [] })).toBe(Number.POSITIVE_INFINITY)
  })

  it('caps one wild feature, so that it cannot hide behind nothing nor outweigh all', () => {
    const exact = calibration.mean.map((value, n) => (n === 0 ? value + 1e9 : value))
    expect(scopeScore(exact, calibration)).toBeCloseTo(10 / Math.sqrt(3), 6)
    expect(scopeScore(calibration.mean, { ...calibration, sd: calibration.mean.map(() => 0) })).toBe(0)
  })
})
