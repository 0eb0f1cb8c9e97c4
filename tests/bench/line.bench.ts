import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { writeCtHead } from '../support/ct-head.ts'
import { type Bench, type BenchRow, benchRow } from '../support/paired.ts'
import { type RunReport, readReport, runPipeline } from '../support/pipeline.ts'

/** Every run starts a browser of its own. */
const RUNS = 3
/** 12 mm2 of the surface measure as thin; on a model that is only looked at that may be accepted, as it is on real scans. */
const ACCEPTED = 'wall-thickness=The part is only looked at: this run measures time.'

async function release(scan: string, out: string): Promise<RunReport> {
  const args = ['--template', 'ct-bone', '--policy', 'teaching', '--acknowledge', ACCEPTED, '--out', out]
  const run = await runPipeline(scan, ...args)
  if (run.code !== 0) throw new Error(`the line did not release the part: ${run.lastLine}`)
  return readReport(out)
}

const middleOf = (values: readonly number[]) => values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN
const millions = (n: number | undefined) => `${((n ?? 0) / 1e6).toFixed(2)} M`
const seconds = (ms: number) => (ms / 1000).toFixed(1)

/** What the time alone does not say: where it went, how large the work was, whether the page stayed awake. */
function noteOf({ measures, responsiveness, peakMemory, trace }: RunReport): string {
  const steps = trace.entries.map(({ stage, ms }) => `${stage} ${seconds(ms)} s`).join(', ')
  const held = responsiveness
    ? `longest task of the page ${responsiveness.longestTaskMs} ms (${Object.entries(responsiveness.byStage)
        .map(([stage, ms]) => `${stage} ${ms}`)
        .join(', ')})`
    : 'tasks of the page not reported'
  const sizes = `${millions(measures.surfaceTriangles)} triangles, ${millions(measures.modelTriangles)} in the part`
  return `${sizes}; ${steps}; ${held}; ${peakMemory.totalMiB ?? '-'} MiB`
}

/** From the start of the browser to the saved 3MF, by the built app in headless Chromium. */
async function wholeLine(size: readonly [number, number, number]): Promise<BenchRow[]> {
  const folder = mkdtempSync(join(tmpdir(), 'line-'))
  try {
    const scan = join(folder, 'scan')
    writeCtHead(scan, { size })
    const reports: RunReport[] = []
    for (let n = 0; n < RUNS; n++) reports.push(await release(scan, join(folder, 'out')))
    const [first, ...warm] = reports
    if (!first) return []
    const ms = middleOf(warm.map((report) => report.wallMs))
    const typical = warm.find((report) => report.wallMs === ms) ?? first
    const surface = typical.trace.entries.find((entry) => entry.stage === 'surface')
    const row = {
      work: 'whole line: CT-like DICOM folder to released 3MF and STL',
      size: size.join(' x '),
      subject: surface?.backend ?? 'cpu',
      peer: '-',
      adapter: `${surface?.adapter ?? 'JavaScript'}, Chromium ${typical.chromium}`,
      isFallback: false,
      longestTaskMs: typical.responsiveness?.longestTaskMs ?? null,
      note: noteOf(typical),
    }
    return [benchRow(row, { ms, coldMs: first.wallMs }, null)]
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

export const benches: readonly Bench[] = [
  { name: 'line 512x512x300', run: () => wholeLine([512, 512, 300]) },
  { name: 'line 256x256x150', run: () => wholeLine([256, 256, 150]) },
]
