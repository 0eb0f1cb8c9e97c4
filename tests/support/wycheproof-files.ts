import { existsSync, readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { build } from 'vite'
import { securityHeaders } from '../../config/headers.ts'
import { inRoot, ROOT } from '../../scripts/lib/root.mjs'
import type { VectorCounts } from './vector-counts.ts'
import { runWycheproof, SUITES } from './wycheproof.ts'

const FOLDER = new URL('../../../shared/vectors/wycheproof/', import.meta.url)

/** Whether the vectors lie beside the project; says so when not. */
export function hasWycheproof(): boolean {
  const isPresent = existsSync(FOLDER)
  if (!isPresent) console.info('../shared/vectors is absent: the Wycheproof vectors were not run')
  return isPresent
}

const textOf = (suite: string) => readFileSync(new URL(`${suite}.json`, FOLDER), 'utf8')

/** One suite in this Node. */
export const wycheproofInNode = (suite: string): Promise<VectorCounts> =>
  runWycheproof(suite, JSON.parse(textOf(suite)))

/** The runner as one module for a browser. */
async function runnerModule(): Promise<string> {
  const entry = inRoot('tests', 'support', 'wycheproof-page.ts')
  const lib = { entry, formats: ['es' as const], fileName: 'wycheproof' }
  const built = await build({
    configFile: false,
    root: ROOT,
    logLevel: 'warn',
    publicDir: false,
    build: { write: false, target: 'es2023', lib },
  })
  const [bundle] = Array.isArray(built) ? built : [built]
  const chunk = bundle && 'output' in bundle ? bundle.output[0] : undefined
  if (!chunk) throw new Error('the runner was not built')
  return chunk.code
}

const HTML = '<!doctype html><title>Wycheproof</title><script type="module" src="runner.js"></script>'

/** All suites in a page that has the origin and the policy of the built app; runner and vectors come from that origin. */
export async function wycheproofInPage(page: Page): Promise<VectorCounts[]> {
  const headers = securityHeaders
  const code = await runnerModule()
  await page.route('**/wycheproof/**', (route) => {
    const name = new URL(route.request().url()).pathname.split('/').at(-1) ?? ''
    if (name === '') return route.fulfill({ contentType: 'text/html', headers, body: HTML })
    if (name === 'runner.js') return route.fulfill({ contentType: 'text/javascript', headers, body: code })
    return route.fulfill({ contentType: 'application/json', headers, body: textOf(name.replace('.json', '')) })
  })
  await page.goto('/wycheproof/')
  return page.evaluate(async (suites) => {
    const run: typeof runWycheproof = Reflect.get(globalThis, 'runWycheproof')
    const all: VectorCounts[] = []
    for (const suite of suites) all.push(await run(suite, await (await fetch(`${suite}.json`)).json()))
    return all
  }, Object.keys(SUITES))
}
