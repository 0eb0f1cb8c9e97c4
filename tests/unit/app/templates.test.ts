import { describe, expect, test } from 'vitest'
import { TEMPLATES, templateById } from '../../../src/app/shipped-templates.ts'
import { completeParams, MARKING, withOverrides } from '../../../src/app/templates.ts'
import { PipelineError } from '../../../src/core/errors.ts'

const codeOf = (work: () => unknown) => {
  try {
    work()
  } catch (error) {
    return error instanceof PipelineError ? error.code : 'not a PipelineError'
  }
  return 'nothing thrown'
}

describe('templates', () => {
  test('every template has one step that marks, and ends in a repaired mesh', () => {
    const marking: readonly string[] = MARKING
    for (const { steps } of TEMPLATES) {
      expect(steps.filter((s) => marking.includes(s.stage) && s.enabled)).toHaveLength(1)
      expect(steps.at(-1)?.stage).toBe('repair')
    }
  })
  test('ids are unique', () => {
    expect(new Set(TEMPLATES.map((t) => t.id)).size).toBe(TEMPLATES.length)
  })
  test('an unknown template is named with those that exist', () => {
    expect(() => templateById('nose')).toThrow(/ct-bone/)
    expect(codeOf(() => templateById('nose'))).toBe('app/bad-parameter')
  })
})

describe('withOverrides', () => {
  const bone = templateById('ct-bone')
  const stage = (name: string, set: Parameters<typeof withOverrides>[1]) =>
    withOverrides(bone, set).steps.find((s) => s.stage === name)

  test('replaces one value and leaves the others', () => {
    expect(stage('threshold', { 'threshold.lowHu': 300 })?.params).toMatchObject({ lowHu: 300, highHu: 32767 })
    expect(stage('islands', { 'threshold.lowHu': 300 })).toEqual(bone.steps.find((s) => s.stage === 'islands'))
  })
  test('a value of a step that is off switches it on', () => {
    expect(stage('denoise', {})?.enabled).toBe(false)
    expect(stage('denoise', { 'denoise.sigmaMm': 1 })?.enabled).toBe(true)
  })
  test('a step can be switched off', () => {
    expect(stage('smooth', { 'smooth.enabled': false })?.enabled).toBe(false)
  })
  test.each([[{ 'nose.lowHu': 1 }], [{ threshold: 1 }], [{ 'threshold.': 1 }], [{ 'smooth.enabled': 'yes' }]])(
    'refuses %j',
    (set) => {
      expect(codeOf(() => withOverrides(bone, set as Record<string, number>))).toBe('app/bad-parameter')
    },
  )
})

describe('completeParams', () => {
  const defaults = { method: 'median', sigmaMm: 1, seed: null as readonly number[] | null }
  test('fills in what is not given', () => {
    expect(completeParams('denoise', defaults, { sigmaMm: 2 })).toEqual({ method: 'median', sigmaMm: 2, seed: null })
  })
  test.each([
    ['an unknown name', { nose: 1 }],
    ['a wrong type', { sigmaMm: 'wide' }],
    ['not a number', { sigmaMm: Number.NaN }],
    ['null where a number is needed', { sigmaMm: null }],
  ])('refuses %s', (_what, given) => {
    expect(codeOf(() => completeParams('denoise', defaults, given))).toBe('app/bad-parameter')
  })
  test('takes a list where the default is null', () => {
    expect(completeParams('islands', defaults, { seed: [1, 2, 3] }).seed).toEqual([1, 2, 3])
  })
})
