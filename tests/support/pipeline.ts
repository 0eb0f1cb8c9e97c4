import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { resolve as inProject, join } from 'node:path'
import type { Responsiveness } from '../../src/app/long-tasks.io.ts'
import type { RefusingGate } from '../../src/app/run-result.ts'
import type { Report } from '../../src/export/report.ts'

/** What report.json holds: the report of the line and what the script measured around it. */
export interface RunReport extends Report {
  readonly gates: readonly RefusingGate[]
  readonly error: { readonly code: string; readonly message: string } | null
  readonly measures: Readonly<Record<string, number>>
  readonly ledger: readonly { readonly stage: string; readonly meanMm: number; readonly volumePercent: number }[]
  readonly peakMemory: { readonly rendererMiB: number | null; readonly totalMiB: number | null }
  readonly wallMs: number
  readonly responsiveness: Responsiveness | null
  readonly chromium: string
}

export interface PipelineRun {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
  /** Last line of stdout, or of stderr when the run ended with an error. */
  readonly lastLine: string
}

/** Runs `npm run pipeline -- ...` as a person would, without npm. */
export function runPipeline(...args: string[]): Promise<PipelineRun> {
  return new Promise((resolve, reject) => {
    // Tests and benchmarks run in the project's folder; a bundled benchmark lies elsewhere.
    const script = inProject('scripts', 'pipeline.mjs')
    const child = spawn(process.execPath, [script, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
    let stdout = ''
    let stderr = ''
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk
    })
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk
    })
    child.on('error', reject)
    child.on('close', (code) => {
      const said = (code === 1 ? stderr : stdout).trimEnd()
      resolve({ code: code ?? -1, stdout, stderr, lastLine: said.slice(said.lastIndexOf('\n') + 1) })
    })
  })
}

/** The report.json of a run. */
export function readReport(out: string): RunReport {
  return JSON.parse(readFileSync(join(out, 'report.json'), 'utf8')) as RunReport
}
