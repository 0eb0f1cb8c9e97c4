import { existsSync, readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { openModulePage } from './page-module.ts'
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

/** All suites in a page of its own, at the origin and under the policy of the built app. */
export async function wycheproofInPage(page: Page): Promise<VectorCounts[]> {
  await openModulePage(page, 'wycheproof-page.ts', textOf)
  return page.evaluate(async (suites) => {
    const run: typeof runWycheproof = Reflect.get(globalThis, 'runWycheproof')
    const all: VectorCounts[] = []
    for (const suite of suites) all.push(await run(suite, await (await fetch(suite)).json()))
    return all
  }, Object.keys(SUITES))
}
