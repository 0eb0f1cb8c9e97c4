import { describe, expect, test } from 'vitest'
import { pageOfFile } from '../support/browser.ts'
import { showFigures } from '../support/figures.ts'
import { counted, said } from '../support/vector-counts.ts'
import { SUITES } from '../support/wycheproof.ts'
import { hasWycheproof, wycheproofInPage } from '../support/wycheproof-files.ts'

// The vectors lie beside the project and are never copied into it; without them that is said.
describe.skipIf(!hasWycheproof())('Wycheproof in Chromium', () => {
  const opened = pageOfFile()

  test('every suite, in a page of the app', async () => {
    const all = await wycheproofInPage(opened.page)
    for (const counts of all) console.info(said(counts))
    expect(all.map(({ suite, total, wrong }) => ({ suite, total, wrong }))).toEqual(
      Object.entries(SUITES).map(([suite, { total }]) => ({ suite, total, wrong: [] })),
    )
    opened.watched.expectClean()
    showFigures('T2', Object.fromEntries(all.map((counts) => [`${counts.suite}, Chromium`, counted(counts)])))
  })
})
