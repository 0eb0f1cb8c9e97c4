import { expect, test } from 'vitest'
import { utf8 } from '../../../src/core/bytes.ts'
import { LARGEST_CARD_BYTES, parseCard, parseCardFile, readCard } from '../../../src/infer/parse-card.ts'
import { plainCard } from '../../support/plain-card.ts'

/** The card with one place changed: 'input.spacingMm', 'members.0.flip'. Undefined takes the field out. */
function changed(path: string, value: unknown): unknown {
  const card = structuredClone(plainCard()) as unknown as Record<string, unknown>
  const names = path.split('.')
  const last = names.pop() ?? ''
  const holder = names.reduce((at, name) => at[name] as Record<string, unknown>, card)
  if (value === undefined) delete holder[last]
  else holder[last] = value
  return card
}

const fieldOf = (json: unknown) => {
  try {
    parseCard(json)
  } catch (error) {
    return error as { code: string; message: string; detail: { field: string } }
  }
  throw new Error('taken for a card')
}

test('a right card is read as it is, and what it does not know is left out', () => {
  expect(parseCard(plainCard())).toEqual(plainCard())
  expect(parseCard({ ...plainCard(), comment: 'x' })).toEqual(plainCard())
  expect(parseCardFile(utf8(JSON.stringify(plainCard())))).toEqual(plainCard())
  const bare = { ...plainCard(), calibration: null, evaluation: [], knownFailures: [] }
  expect(parseCard(bare)).toEqual(bare)
})

test('a card from before cuts had an edge leaves none', () => {
  expect(parseCard(changed('tiling.edgeVoxels', undefined)).tiling.edgeVoxels).toBe(0)
})

test('every field that is missing is named', () => {
  const paths = (value: object, path = ''): string[] =>
    Object.entries(value).flatMap(([name, one]) => {
      const here = path === '' ? name : `${path}.${name}`
      const deeper = typeof one === 'object' && one !== null && !Array.isArray(one) ? paths(one, here) : []
      return [here, ...deeper]
    })
  const all = paths(plainCard()).filter((path) => path !== 'tiling.edgeVoxels')
  expect(all.length).toBeGreaterThan(50)
  for (const path of all) {
    const { code, message, detail } = fieldOf(changed(path, undefined))
    expect(code).toBe('infer/bad-card')
    expect(detail.field).toBe(path)
    expect(message).toContain(`"${path}" needs`)
  }
})

test.each([
  ['format', 'proofprint-model/2'],
  ['id', 'Two Tissues'],
  ['id', 'a'.repeat(61)],
  ['version', '1.0'],
  ['name', '  '],
  ['name', 'two\nlines'],
  ['name', '\ud800'],
  ['weights.sha256', 'A'.repeat(64)],
  ['weights.sha256', 'a'.repeat(63)],
  ['weights.bytes', 0],
  ['weights.bytes', 1.5],
  ['weights.bytes', 2 ** 26 + 1],
  ['input.orientation', 'LLA'],
  ['input.orientation', 'LIX'],
  ['input.spacingMm', 0],
  ['input.spacingMm', '1'],
  ['input.spacingMm', Number.NaN],
  ['input.sizeVoxels', 60],
  ['input.intensity.kind', 'z-score'],
  ['input.intensity.high', 1.2],
  ['input.intensity.high', 0.02],
  ['output.labels', ['background']],
  ['tiling.tileVoxels', [32, 32, 30]],
  ['tiling.tileVoxels', [32, 32]],
  ['tiling.overlapVoxels', 32],
  ['tiling.edgeVoxels', 5],
  ['tiling.bytesPerVoxel', 0],
  ['members', []],
  ['scope.modalities', []],
  ['scope.modalities', ['MR', 'MR']],
  ['scope.spacingMm', [3, 0.5]],
  ['scope.fieldOfViewMm', [120]],
  ['scope.ageYears', [90, 18]],
  ['scope.anisotropy', 0.5],
  ['bands.green.pairwiseDice', 0.8],
  ['bands.green.s95Mm', 3],
  ['bands.amber.p', 2],
  ['calibration.mean', [0.4]],
  ['calibration.sd', [0.1, 0.1, 0.1]],
  // Attack 'statistics-of-few' of the red-team register.
  ['calibration.scores', Array.from({ length: 19 }, () => 1)],
  ['calibration.from', ''],
  ['calibration.features', ['mean', 'mean']],
])('the field %s refuses %j', (path, value) => {
  const { code, detail } = fieldOf(changed(path, value))
  expect(code).toBe('infer/bad-card')
  expect(detail.field).toBe(path)
})

test.each([
  ['output.structures', [{ anatomy: 'brain', of: [3] }], 'output.structures[0].of'],
  ['output.structures', [{ anatomy: 'brain', of: [1, 1] }], 'output.structures[0].of'],
  ['output.structures', [{ anatomy: 'brain', of: [0] }], 'output.structures[0].of[0]'],
  ['output.structures', [{ anatomy: 'Mr Smith', of: [1] }], 'output.structures[0].anatomy'],
  ['output.structures', [{ anatomy: 'background', of: [1] }], 'output.structures[0].anatomy'],
  ['members.0.flip', [true, false, false], 'members[0]'],
  ['members.1.flip', [false, false, false], 'members'],
  ['members.2.shiftVoxels', [0.5, 0, 0], 'members[2].shiftVoxels[0]'],
  ['evaluation.0.structure', 'liver', 'evaluation[0].structure'],
  ['evaluation.0.dice', { median: 0.9, low: 0.95, high: 0.96 }, 'evaluation[0].dice'],
  ['evaluation.0.worstDice', 0.99, 'evaluation[0].worstDice'],
])('%s as %j is refused at %s', (path, value, field) => {
  expect(fieldOf(changed(path, value)).detail.field).toBe(field)
})

test('all that is wrong is told at once', () => {
  const { card, problems } = readCard({ ...plainCard(), id: '', licence: 7, members: [] })
  expect(card).toBeNull()
  expect(problems.map(({ field }) => field)).toEqual(['id', 'licence', 'members'])
})

test('text that is no card is refused by name', () => {
  for (const content of ['', '{', 'null', '[]', '7', '"x"', ' '.repeat(LARGEST_CARD_BYTES + 1)])
    expect(() => parseCardFile(utf8(content))).toThrowError(expect.objectContaining({ code: 'infer/bad-card' }))
})
