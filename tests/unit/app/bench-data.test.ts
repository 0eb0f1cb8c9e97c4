import { expect, test } from 'vitest'
import { readBenchData } from '../../../src/app/bench-data.ts'
import { benchFolder } from '../../support/bench-folder.ts'

const CASES = [
  { seen: 3, labelled: 3, cells: 'f,"30,5"' },
  { seen: 3, labelled: 3, cells: 'm,old' },
]
const chosen = (moreLines: readonly string[] = []) =>
  benchFolder(CASES, moreLines).map(({ name, bytes }) => ({
    path: `folder/${name}`,
    file: new File([bytes as BlobPart], name),
  }))

test('cases of a folder and its table, with what is bad in it named by line', async () => {
  const data = await readBenchData(chosen(['ghost,m,40']))
  expect(
    data.cases.map(({ row, ageYears, scanFile, labelFile }) => [row, ageYears, scanFile.name, labelFile.name]),
  ).toEqual([
    [1, 30.5, 'ball1.nii', 'ball1_label.nii'],
    [2, null, 'ball2.nii', 'ball2_label.nii'],
  ])
  expect(data.problems).toEqual([{ kind: 'no-scan', line: 4, path: null }])
  expect(data.badGroupLines).toEqual([3])
  expect(data.columns).toEqual(['sex', 'age'])
  const [first, second] = data.cases
  expect(first && data.groupsOf(first, ['sex', 'age'])).toEqual({ sex: 'f', age: '18-40' })
  expect(second && data.groupsOf(second, ['age'])).toEqual({})
})

test('two tables, and a folder without a case, are refused by name', async () => {
  const files = chosen()
  const another = { path: 'folder/more.csv', file: new File(['scan'], 'more.csv') }
  await expect(readBenchData([...files, another])).rejects.toMatchObject({ code: 'evidence/bad-table' })
  const scans = files.filter(({ path }) => !path.includes('label') && !path.endsWith('csv'))
  await expect(readBenchData(scans)).rejects.toMatchObject({ code: 'import/empty' })
})
