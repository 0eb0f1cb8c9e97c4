import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { descendants, watchMemory } from '../../../scripts/lib/memory.mjs'
import { lastLine, Problem } from '../../../scripts/lib/problem.mjs'
import { progressBar } from '../../../scripts/lib/progress.mjs'
import { collectScanFiles } from '../../../scripts/lib/scan-files.mjs'
import { summarise } from '../../../scripts/lib/summary.mjs'

const dir = mkdtempSync(join(tmpdir(), 'parts-'))
afterAll(() => rmSync(dir, { recursive: true }))

test('a folder gives its files with their relative paths, in order; hidden files and links are left out', () => {
  const scan = join(dir, 'scan')
  mkdirSync(join(scan, 'b/deep'), { recursive: true })
  for (const name of ['b/2', 'b/deep/1', 'a', '.DS_Store']) writeFileSync(join(scan, name), 'x')
  symlinkSync(dir, join(scan, 'loop'))
  expect(collectScanFiles(scan).map((one) => one.path)).toEqual(['a', 'b/2', 'b/deep/1'])
  expect(collectScanFiles(join(scan, 'a'))).toEqual([{ file: join(scan, 'a'), path: 'a' }])
})

test('a scan that is not there and an empty folder are sentences', () => {
  const empty = join(dir, 'empty')
  mkdirSync(empty)
  const nothing = expect.objectContaining({ code: 'import/nothing-readable' })
  expect(() => collectScanFiles(join(dir, 'none'))).toThrow(nothing)
  expect(() => collectScanFiles(empty)).toThrow(nothing)
})

function shown(isTTY: boolean): string[] {
  const written: string[] = []
  let clock = 0
  const bar = progressBar({ isTTY, write: (text) => written.push(text) }, () => clock)
  bar.show({ step: 'scan', fraction: 0 })
  clock = 1500
  bar.show({ step: 'scan', fraction: 0.5 })
  bar.show({ step: 'segment', fraction: Number.NaN })
  clock = 4000
  bar.end()
  return written
}

test('on a terminal progress is a bar redrawn in place', () => {
  const written = shown(true)
  expect(written[1]).toBe('\r\x1b[Kscan         [############------------]  50 % 1.5 s')
  expect(written.at(-1)).toBe('\r\x1b[Ksegment      2.5 s\n')
})

test('elsewhere progress is one line a step', () => {
  expect(shown(false)).toEqual(['scan         1.5 s\n', 'segment      2.5 s\n'])
})

test('the memory of a child process is seen; where it cannot be, the figures are null and say so', async () => {
  if (process.platform !== 'linux') {
    expect(watchMemory(process.pid).read()).toMatchObject({ rendererMiB: null, totalMiB: null })
    return
  }
  const script = 'globalThis.held = new Uint8Array(200e6).fill(1); console.log("held"); setTimeout(() => {}, 60000)'
  const child = spawn(process.execPath, ['-e', script, '--', '--type=renderer'])
  try {
    await new Promise((resolve) => child.stdout.once('data', resolve))
    expect(descendants(process.pid)).toContain(child.pid)
    const memory = watchMemory(process.pid)
    const { rendererMiB, totalMiB } = memory.read()
    memory.stop()
    expect(rendererMiB).toBeGreaterThan(190)
    expect(rendererMiB).toBeLessThan(400)
    expect(totalMiB).toBeGreaterThan(190)
  } finally {
    child.kill()
  }
})

const run = { out: 'dir', until: 'model', wallMs: 12_340, totalMiB: 900 }
const gates = [
  { check: 'wall-thickness', value: 0.41999, limit: 0.5, unit: 'mm', advice: 'Thicken the wall there.' },
  { check: 'shells', value: 3, limit: 1, unit: 'count', advice: 'Keep the largest piece.' },
  { check: 'anisotropy', value: 3, limit: 2, unit: ':1', advice: 'Rescan.' },
]

test('a refusal says what to try and ends with the gates', () => {
  const lines = summarise({ outcome: 'refused', gates, error: null, report: {}, files: [], responsiveness: null }, run)
  expect(lines).toContain('wall-thickness: Thicken the wall there.')
  expect(lines.at(-1)).toBe(
    'refused: wall-thickness 0.42 mm (limit 0.5 mm), shells 3 (limit 1), anisotropy 3:1 (limit 2:1)',
  )
})

test('what only waits for its review is told apart from a refusal', () => {
  const gate = { check: 'ai-review', value: 9, limit: 0, unit: 'count', advice: 'Review each place.' }
  const result = { outcome: 'needs-review' as const, gates: [gate], error: null, report: {} }
  const lines = summarise({ ...result, files: [], responsiveness: null }, run)
  expect(lines.slice(-2)).toEqual(['ai-review: Review each place.', 'needs review: ai-review 9 (limit 0)'])
})

test('a release lists its files with time and memory', () => {
  const files = [{ name: 'model.3mf', size: 2_345_678 }]
  expect(
    summarise({ outcome: 'released', gates: [], error: null, report: {}, files, responsiveness: null }, run),
  ).toEqual([join('dir', 'model.3mf  2.35 MB'), join('dir', 'report.json'), '12.3 s, 900 MiB at most', 'released'])
  expect(
    summarise({ outcome: 'stopped', gates: [], error: null, report: {}, files, responsiveness: null }, run).at(-1),
  ).toBe('stopped after model, as asked')
})

test('an error is one line of code and sentence', () => {
  expect(lastLine(new Problem('import/empty', 'The file\n  is empty.'))).toBe('import/empty: The file is empty.')
  expect(lastLine('odd')).toBe('app/bug: odd')
})
