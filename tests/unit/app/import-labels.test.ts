import { beforeEach, expect, test, vi } from 'vitest'
import { importLabels } from '../../../src/app/import-labels.ts'
import type { Line } from '../../../src/app/line.ts'
import { createPipeline } from '../../../src/app/pipeline.ts'
import type { Workers } from '../../../src/app/workers.ts'
import { digestLabels } from '../../../src/core/hash.ts'
import { IDLE_CONTEXT } from '../../../src/core/stage.ts'
import type { Grid, LabelMap, Volume } from '../../../src/core/types.ts'
import { type FoundLabel, recounted } from '../../../src/import/label-values.ts'
import { scanFiles } from '../../../src/import/scan.io.ts'
import { knownLabels } from '../../../src/segment/file-labels.ts'
import type { TraceStep } from '../../../src/trace/chain.ts'
import { IMPORTED_LABELS } from '../../../src/ui/scan.en.ts'
import { resampleLabels } from '../../../src/volume/resample-nearest.ts'
import { gridOf, volumeOf } from '../../support/phantoms.ts'
import { nrrdFile } from '../../support/scan-files.ts'

vi.mock('../../../src/import/itk.io.ts', () => import('../../support/stand-in-decoder.ts'))

// The workers' own code, called here; the border itself is tested in the browser.
const workers = {
  decode: {
    call: (work: (api: unknown) => unknown) =>
      work({
        async readLabels(from: { file: Blob; path: string }, grid: Grid) {
          const [one] = await scanFiles([from], IDLE_CONTEXT)
          const read = await one?.readLabels?.(grid, IDLE_CONTEXT)
          if (!read) throw new Error('no labels')
          return { map: read.map, digest: await digestLabels(read.map), labels: knownLabels(read.found, read.names) }
        },
      }),
  },
  compute: {
    call: (work: (api: unknown) => unknown) =>
      work({
        async fitLabels(map: LabelMap, labels: FoundLabel[], grid: Grid) {
          const fitted = await resampleLabels(map, grid, IDLE_CONTEXT)
          const output = { map: fitted, digest: await digestLabels(fitted), found: recounted(fitted, labels) }
          return { output, backend: 'cpu', adapter: 'JavaScript' }
        },
      }),
  },
} as unknown as Workers

let steps: TraceStep[] = []
beforeEach(() => {
  steps = []
})
const line: Line = {
  workers,
  pipeline: createPipeline(workers, {
    record: async (step) => {
      steps.push(step)
    },
  }),
  onStage: () => {},
}

const LABELS = Array.from({ length: 36 }, (_, n) => (n % 4 === 0 ? 0 : n % 4 === 3 ? 7 : 2))
const FILE = nrrdFile(
  {
    'Segment0_Name:=': 'Femur left',
    'Segment0_LabelValue:=': '2',
    'Segment1_Name:=': 'SECRET',
    'Segment1_LabelValue:=': '7',
  },
  new Uint8Array(Int16Array.from(LABELS).buffer),
)
/** The grid of the file. */
const OWN = gridOf([4, 3, 3], [1, 1, 2])
const scan = (grid: Grid): Volume => volumeOf(grid, () => 0)
const imported = (grid: Grid) => importLabels(line, { file: new Blob([FILE]), format: '' }, scan(grid), IDLE_CONTEXT)

test('labels on the grid of the scan are taken as they are, on that very grid', async () => {
  const grid = { ...OWN, origin: [1e-5, 0, 0] as const }
  const { map, labels, fit } = await imported(grid)
  expect(fit).toBe('same')
  expect(map.grid).toEqual(grid)
  expect([...map.labels]).toEqual(LABELS)
  expect(labels).toEqual([
    { label: 2, value: 2, named: { anatomy: 'femur', laterality: 'left' }, inFileMm3: 36, mm3: 36 },
    { label: 7, value: 7, named: null, inFileMm3: 18, mm3: 18 },
  ])
  expect(steps.map(({ stage }) => stage)).toEqual(['read-labels'])
})

test('labels on another grid are resampled, and the trace and the notice say so', async () => {
  const { map, labels, fit } = await imported(gridOf([4, 3, 6]))
  expect(fit).toBe('resampled')
  expect([...map.labels.slice(0, 24)]).toEqual([...LABELS.slice(0, 12), ...LABELS.slice(12, 24)])
  expect(labels.map(({ inFileMm3 }) => inFileMm3)).toEqual([36, 18])
  expect(steps.map(({ stage, params }) => [stage, params])).toEqual([
    ['read-labels', { format: '' }],
    ['fit-labels', { fit: 'resampled' }],
  ])
  expect(steps[1]?.inputDigests).toEqual([steps[0]?.outputDigest])
  expect(steps[1]?.outputDigest).toBe(await digestLabels(map))
  expect(IMPORTED_LABELS.notice({ map, labels, fit })).toContain(IMPORTED_LABELS.fit.resampled)
})

test('a label outside the scan comes along with nothing, and is told', async () => {
  const { map, labels, fit } = await imported(gridOf([3, 3, 3], [1, 1, 2]))
  expect(labels.map(({ mm3 }) => mm3)).toEqual([36, 0])
  expect(IMPORTED_LABELS.notice({ map, labels, fit })).toMatch(/^1 label added.*1 label did not reach it/)
})

test.each([[50], [-3e5]])('labels %s mm away are refused by name', async (away) => {
  const grid = gridOf([4, 3, 3], [1, 1, 2], { origin: [away, 0, 0] })
  await expect(imported(grid)).rejects.toMatchObject({ code: 'import/labels-elsewhere' })
})

test('no name of the file is in what comes out or in the trace', async () => {
  const out = await imported(OWN)
  expect(JSON.stringify([out.labels, steps])).not.toMatch(/SECRET|Femur left/)
})
