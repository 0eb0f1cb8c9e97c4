import { describe, expect, test } from 'vitest'
import {
  LONGEST_NAME,
  NO_TEMPLATES,
  offered,
  readTemplates,
  versionsOf,
  withRemoved,
  withSaved,
} from '../../../src/app/own-templates.ts'
import { adjusted, moved, switched, withSteps } from '../../../src/app/recipe-edit.ts'
import { TEMPLATES, templateById } from '../../../src/app/shipped-templates.ts'
import { templateDigest } from '../../../src/app/template-digest.ts'
import type { Template } from '../../../src/app/templates.ts'
import { PipelineError } from '../../../src/core/errors.ts'

const bone = templateById('ct-spine')
const on = ({ steps }: Pick<Template, 'steps'>) => steps.filter((s) => s.enabled).map((s) => s.stage)
const edited = withSteps(bone, switched(bone.steps, 'close', false))

describe('changing a recipe', () => {
  test('switches and sets steps without touching the template', () => {
    expect(on(edited)).not.toContain('close')
    expect(edited.edited).toBe(true)
    expect(on(bone)).toContain('close')
    const wider = adjusted(bone.steps, 'grow-from-core', { reachMm: 12 })
    expect(wider.find((s) => s.stage === 'grow-from-core')?.params).toMatchObject({ lowHu: 110, reachMm: 12 })
  })
  test('taken back, it is the template again', () => {
    expect(withSteps(bone, switched(edited.steps, 'close', true))).toBe(bone)
  })
  test('moves steps that change a mask past one another and past nothing else', () => {
    const names = (steps: readonly { stage: string }[]) => steps.map((s) => s.stage).join(' ')
    const up = moved(bone.steps, 'islands', -1)
    expect(names(up)).toContain('islands close')
    expect(names(moved(up, 'islands', 1))).toBe(names(bone.steps))
    for (const stage of ['threshold', 'denoise', 'surface', 'repair'] as const)
      for (const by of [-1, 1] as const) expect(names(moved(bone.steps, stage, by))).toBe(names(bone.steps))
    expect(names(moved(bone.steps, 'remove-table', -1))).toBe(names(bone.steps))
    expect(names(moved(bone.steps, 'margin', 1))).toBe(names(bone.steps))
  })
})

describe('the digest', () => {
  test('is of id, version and steps: another of each is another digest', async () => {
    const own = await templateDigest(bone)
    expect(own).toMatch(/^[0-9a-f]{64}$/)
    expect(await templateDigest(structuredClone(bone))).toBe(own)
    for (const other of [edited, { ...bone, version: 3 }, { ...bone, id: 'x' }])
      expect(await templateDigest(other)).not.toBe(own)
  })
  test('is not of the name, which must not leave the vault', async () => {
    expect(await templateDigest({ ...bone, name: 'Anna' } as Template)).toBe(await templateDigest(bone))
  })
  test('tells all shipped templates apart', async () => {
    expect(new Set(await Promise.all(TEMPLATES.map(templateDigest))).size).toBe(TEMPLATES.length)
  })
})

describe('own templates', () => {
  const first = withSaved(NO_TEMPLATES, edited, '  Thin   bone ', 'own-1')
  test('a shipped one becomes an own one of version 1, under a tidy name', () => {
    expect(first.saved).toMatchObject({ id: 'own-1', version: 1, name: 'Thin bone', anatomy: 'spine' })
    expect('edited' in first.saved).toBe(false)
    expect(offered(first.kept)).toEqual([first.saved])
  })
  test('saved again under its name it is version 2, and version 1 stays as it was', () => {
    const again = withSteps(first.saved, switched(first.saved.steps, 'margin', true))
    const { saved, kept } = withSaved(first.kept, again, 'Thin bone', 'own-2')
    expect(saved).toMatchObject({ id: 'own-1', version: 2 })
    expect(versionsOf(kept, 'own-1')).toEqual([first.saved, saved])
    expect(offered(kept)).toEqual([saved])
    // From an old version too: the next number, not that of the old one.
    expect(withSaved(kept, first.saved, 'Thin bone', 'own-3').saved.version).toBe(3)
  })
  test('under another name it is another template', () => {
    const { kept } = withSaved(first.kept, first.saved, 'Thick bone', 'own-2')
    expect(offered(kept).map(({ id, version, name }) => [id, version, name])).toEqual([
      ['own-1', 1, 'Thin bone'],
      ['own-2', 1, 'Thick bone'],
    ])
  })
  test('removed it is not offered, but can still be looked up', () => {
    const gone = withRemoved(first.kept, 'own-1')
    expect(offered(gone)).toEqual([])
    expect(versionsOf(gone, 'own-1')).toEqual([first.saved])
    expect(withSaved(gone, first.saved, 'Thin bone', 'own-2').saved).toMatchObject({ id: 'own-2', version: 1 })
  })
  test.each(['', '   ', 'x'.repeat(LONGEST_NAME + 1), 'a\u0000b'])('a name like %j is refused', (name) => {
    expect(() => withSaved(NO_TEMPLATES, bone, name, 'own-1')).toThrow(PipelineError)
  })
})
test('kept templates come back, those of a later version are named, and what is none is refused', () => {
  const { kept } = withSaved(NO_TEMPLATES, bone, 'Thin bone', 'own-1')
  expect(readTemplates(JSON.parse(JSON.stringify(kept)))).toEqual(kept)
  expect(readTemplates(null)).toBe(NO_TEMPLATES)
  const code = (code: string) => expect.objectContaining({ code })
  expect(() => readTemplates({ format: 'proofprint-templates/2', templates: 7 })).toThrow(code('vault/newer'))
  for (const none of [
    5,
    [],
    { format: NO_TEMPLATES.format },
    { format: NO_TEMPLATES.format, templates: [{ id: 'a' }] },
  ])
    expect(() => readTemplates(none)).toThrow(code('vault/tampered'))
})
