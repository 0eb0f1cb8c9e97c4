import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { digestOfFiles } from '../../../scripts/lib/build.mjs'
import { withLock } from '../../../scripts/lib/lock.mjs'
import { tally } from '../../../scripts/lib/tally.mjs'

const dir = mkdtempSync(join(tmpdir(), 'build-'))
afterAll(() => rmSync(dir, { recursive: true }))

test('a digest of sources changes with content, name and number of files, and with nothing else', () => {
  mkdirSync(join(dir, 'src/deep'), { recursive: true })
  const file = join(dir, 'src/deep/a.ts')
  writeFileSync(file, 'one')
  const digest = () => digestOfFiles(dir, [join(dir, 'src'), join(dir, 'absent.ts')])
  const first = digest()
  writeFileSync(file, 'one')
  expect(digest()).toBe(first)
  writeFileSync(file, 'two')
  const changed = digest()
  expect(changed).not.toBe(first)
  writeFileSync(join(dir, 'src/b.ts'), '')
  expect(digest()).not.toBe(changed)
  rmSync(join(dir, 'src/b.ts'))
  expect(digest()).toBe(changed)
})

test('one piece of work at a time holds a lock, and a failed one gives it back', async () => {
  const lock = join(dir, 'lock')
  let inside = 0
  const work = async () => {
    expect(++inside).toBe(1)
    await new Promise((resolve) => setTimeout(resolve, 20))
    inside--
  }
  await Promise.all([withLock(lock, work), withLock(lock, work)])
  await expect(withLock(lock, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken')
  await withLock(lock, work)
})

test('the lock of a process that is gone is taken over', async () => {
  const lock = join(dir, 'abandoned')
  writeFileSync(lock, '999999999')
  expect(await withLock(lock, async () => readFileSync(lock, 'utf8'))).toBe(String(process.pid))
})

const file = (status: string, ...tests: string[]) => ({
  status,
  assertionResults: tests.map((result) => ({ status: result })),
})

test.each([
  ['all good', 0, { numPassedTests: 3, numFailedTests: 0, testResults: [] }, { passed: 3, failed: 0, skipped: 0 }],
  [
    'one failed test',
    1,
    { numPassedTests: 2, numFailedTests: 1, testResults: [file('failed', 'passed', 'failed')] },
    { passed: 2, failed: 1, skipped: 0 },
  ],
  [
    'a file that cannot be loaded',
    1,
    { numPassedTests: 2, numFailedTests: 0, testResults: [file('failed')] },
    { passed: 2, failed: 1, skipped: 0 },
  ],
  [
    'an error outside any test',
    1,
    { numPassedTests: 2, numFailedTests: 0, testResults: [] },
    { passed: 2, failed: 1, skipped: 0 },
  ],
  [
    'a skipped test',
    0,
    { numPassedTests: 1, numFailedTests: 0, testResults: [file('passed', 'passed', 'skipped')] },
    { passed: 1, failed: 0, skipped: 1 },
  ],
  ['no report', 139, null, { passed: 0, failed: 1, skipped: 0 }],
])('counts of %s', (_name, exitCode, report, counts) => {
  expect(tally(report, exitCode)).toEqual(counts)
})
