import { parseHTML } from 'linkedom'
import { expect, test } from 'vitest'
import { biasOf } from '../../../src/evidence/bias.ts'
import { biasCases, evaluationRows } from '../../../src/evidence/case-result.ts'
import { modelCardHtml } from '../../../src/evidence/model-card-html.ts'
import { DEFAULT_BANDS, type ModelCard } from '../../../src/infer/card.ts'
import { CARD_PAGE } from '../../../src/ui/model-card.en.ts'
import { benchCase } from '../../support/bench-cases.ts'

const HOW = { draws: 200, seed: 1 }
const cases = Array.from({ length: 50 }, (_, n) =>
  benchCase(n + 1, { groups: { sex: n < 30 ? 'f' : 'm', age: n < 45 ? '18-40' : '>65' } }),
)

const card: ModelCard = {
  format: 'proofprint-model/1',
  id: 'brain-net',
  version: '1.0.0',
  name: 'Brain net',
  weights: { sha256: 'ab'.repeat(32), bytes: 1000 },
  licence: 'MIT',
  origin: 'Made for a test',
  training: { data: 'None', licence: 'CC0' },
  intendedUse: 'Tests',
  knownFailures: ['Large lesions'],
  input: {
    name: 'in',
    orientation: 'LIA',
    spacingMm: 1,
    sizeVoxels: 256,
    intensity: { kind: 'min-max' },
  },
  output: { name: 'out', labels: ['background', 'brain'], structures: [{ anatomy: 'brain', of: [1] }] },
  tiling: { tileVoxels: null, overlapVoxels: 0, edgeVoxels: 0, multipleOf: 1, bytesPerVoxel: 100 },
  members: [{ flip: [false, false, false], shiftVoxels: [0, 0, 0] }],
  scope: { modalities: ['MR'], spacingMm: [0.5, 2], anisotropy: 2, fieldOfViewMm: [100, 300], ageYears: [18, 90] },
  bands: DEFAULT_BANDS,
  calibration: null,
  evaluation: evaluationRows(cases, HOW),
}
const groups = [{ anatomy: 'brain', report: biasOf(biasCases(cases, 'brain'), HOW) }] as const
const tablesOf = (html: string) =>
  [...parseHTML(html).document.querySelectorAll('table')].map((table) =>
    [...table.querySelectorAll('tr')].map((row) => [...row.children].map((cell) => cell.textContent)),
  )

test('the page holds what the runs say', () => {
  const html = modelCardHtml(card, groups, CARD_PAGE)
  expect(html).toBe(modelCardHtml(card, groups, CARD_PAGE))
  const [bands, results, compared] = tablesOf(html)
  expect(bands?.[1]).toEqual(['Green', '>= 0.95', '<= 1 mm', '<= 3 %', '>= 0.05'])
  expect(results?.[1]).toEqual(['Brain', 'all', '50', '0.900 (0.900 - 0.900)', '0.900', '0.950 (2 mm)'])
  expect(compared).toContainEqual(['Brain', 'sex: f', '30', '0.950', '0.950 (0.950 - 0.950)', '0.950', 'Pass'])
  const old = compared?.find((row) => row[1] === 'age: >65')
  expect(old?.at(-1)).toBe('Insufficient evidence')
  for (const rows of [bands, results, compared]) expect(new Set(rows?.map((row) => row.length)).size).toBe(1)
})

test('whatever a card says stays text', () => {
  const nasty = `"><script>alert(1)</script><img src=x onerror='a()'>&amp;`
  const evil: ModelCard = {
    ...card,
    id: nasty,
    version: nasty,
    name: nasty,
    weights: { sha256: nasty, bytes: 1 },
    licence: nasty,
    origin: nasty,
    training: { data: nasty, licence: nasty },
    intendedUse: nasty,
    knownFailures: [nasty],
    evaluation: evaluationRows([benchCase(1, { groups: { [nasty]: nasty } })], HOW),
  }
  const bias = biasOf([{ patient: 1, groups: { [nasty]: nasty }, nsd: 1, isGreen: true }], HOW)
  const { document } = parseHTML(modelCardHtml(evil, [{ anatomy: 'brain', report: bias }], CARD_PAGE))
  expect(document.querySelectorAll('script, img, [onerror], [src], [href]')).toHaveLength(0)
  expect(document.querySelector('h1')?.textContent).toBe(nasty)
  expect(document.querySelector('meta[http-equiv]')?.getAttribute('content')).toContain("default-src 'none'")
})

test('what was not measured says so', () => {
  const { document } = parseHTML(modelCardHtml({ ...card, evaluation: [], knownFailures: [] }, [], CARD_PAGE))
  const text = document.body.textContent ?? ''
  expect(text.split(CARD_PAGE.never)).toHaveLength(4)
  expect(text).toContain(CARD_PAGE.none)
})
