import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export interface Run {
  readonly code: number | null
  readonly out: string
}

const script = (name: string) => fileURLToPath(new URL(`../../scripts/${name}`, import.meta.url))

function run(command: string, args: readonly string[]): Run {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 2 ** 26 })
  return { code: status, out: `${stdout}${stderr}` }
}

export const PYTHON_PRESENT =
  spawnSync('python3', ['--version']).status === 0 && spawnSync('openssl', ['version']).status === 0
if (!PYTHON_PRESENT) console.info('python3 or openssl is absent: verify.py was not run, only verify.mjs')

/** For tests of many bundles: Python starts openssl for each signature that it has not seen. */
export const TIMEOUT_MS = 240_000

export const verifyMjs = (...args: readonly string[]): Run => run(process.execPath, [script('verify.mjs'), ...args])
/** Null where there is no Python or openssl. */
export const verifyPy = (...args: readonly string[]): Run | null =>
  PYTHON_PRESENT ? run('python3', [script('verify.py'), ...args]) : null

/** Both verifiers over these bundles, in one run each. Gives each one's verdict by name, and how Python's differ, if they do. */
export function verdictsOf(bundles: Readonly<Record<string, string | Uint8Array>>, ...options: readonly string[]) {
  return withFiles(bundles, (paths) => {
    const args = ['--each', ...Object.values(paths), ...options]
    const mine = verifyMjs(...args)
    const other = verifyPy(...args)
    return { ...mine, verdicts: verdictLines(mine.out), other: other ?? mine }
  })
}

/** The first line of each bundle's verdict. */
const verdictLines = (out: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    out
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith(' '))
      .map((line) => [line.slice(0, line.indexOf(': ')), line.slice(line.indexOf(': ') + 2)]),
  )

/** Does something with files of these contents, and removes them. */
export function withFiles<T>(
  contents: Readonly<Record<string, string | Uint8Array>>,
  use: (paths: Readonly<Record<string, string>>) => T,
): T {
  const folder = mkdtempSync(join(tmpdir(), 'evidence-'))
  try {
    const paths = Object.fromEntries(Object.keys(contents).map((name) => [name, join(folder, name)]))
    for (const [name, content] of Object.entries(contents)) writeFileSync(join(folder, name), content)
    return use(paths)
  } finally {
    rmSync(folder, { recursive: true })
  }
}
