import { expect, test } from 'vitest'
import { ageInterop, ageVersion } from '../../../support/age-command.ts'
import { showFigures } from '../../../support/figures.ts'
import { counted, said } from '../../../support/vector-counts.ts'

const version = ageVersion()

// `age` is no need of the project: where it is absent that is said, and the vectors of age still run.
test.skipIf(version === null)('what is sealed here the stock age opens, and the other way round', async () => {
  const all = await ageInterop()
  for (const counts of all) console.info(`age ${version}: ${said(counts)}`)
  expect(all.map(({ total, passed, wrong }) => ({ total, passed, wrong }))).toEqual([
    { total: 10, passed: 10, wrong: [] },
    { total: 10, passed: 10, wrong: [] },
    { total: 200, passed: 200, wrong: [] },
  ])
  showFigures('T4', Object.fromEntries(all.map((counts) => [`${counts.suite}, age ${version}`, counted(counts)])))
})
