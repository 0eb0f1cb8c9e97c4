import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readCsv } from '../../../src/evidence/csv.ts'
import { datasetOf, labelsMeaning } from '../../../src/evidence/dataset.ts'
import {
  ageBand,
  groupsOfTable,
  readGroupTable,
  thicknessBand,
  volumeTertiles,
} from '../../../src/evidence/group-table.ts'

const cellsOf = (text: string) => readCsv(text).map(({ cells }) => cells)
const badLine = (line: number) => expect.objectContaining({ code: 'evidence/bad-table', detail: { line } })

test('reads quoted cells, doubled quotes, breaks within quotes, and either separator', () => {
  expect(cellsOf('a,b\r\n1,"x, ""y"""\r\n')).toEqual([
    ['a', 'b'],
    ['1', 'x, "y"'],
  ])
  expect(cellsOf('\ufeffa;b\n"1;2";3,5')).toEqual([
    ['a', 'b'],
    ['1;2', '3,5'],
  ])
  expect(cellsOf('"a;b;c",d\n1,2')).toEqual([
    ['a;b;c', 'd'],
    ['1', '2'],
  ])
  expect(cellsOf('a,b\r1,\r,')).toEqual([
    ['a', 'b'],
    ['1', ''],
    ['', ''],
  ])
  expect([cellsOf(''), cellsOf('\n\r\n\n'), cellsOf('""')]).toEqual([[], [], []])
})

test('lines are those of the file, through breaks within quotes and empty lines', () => {
  const rows = readCsv('a,b\n"1\r\n2\n3",4\n\n5,6')
  expect(rows.map(({ line }) => line)).toEqual([1, 2, 6])
  expect(rows[1]?.cells).toEqual(['1\r\n2\n3', '4'])
})

test('what cannot be read is named by its line, never by its text', () => {
  expect(() => readCsv('a,b\nSmith,"John')).toThrow(badLine(2))
  expect(() => readCsv('a,b\n1,2\n1,"2"x')).toThrow(badLine(3))
  expect(() => readCsv('a,b\n1,2"')).toThrow(badLine(2))
  try {
    readCsv('a,b\nSmith,"John')
  } catch (error) {
    expect(String(error)).not.toMatch(/Smith|John/)
  }
})

test('any cells written by the rule come back as they were', () => {
  const cell = fc.oneof(
    fc.string(),
    fc.string({ unit: fc.constantFrom('"', ',', ';', '\n', '\r', 'a', ' ', '\ufeff') }),
  )
  const table = fc
    .tuple(fc.integer({ min: 2, max: 5 }), fc.constantFrom(',', ';'), fc.constantFrom('\n', '\r\n', '\r'))
    .chain(([width, separator, end]) =>
      fc.tuple(
        fc.constant(separator),
        fc.constant(end),
        fc.array(fc.array(cell, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 6 }),
      ),
    )
  fc.assert(
    fc.property(table, ([separator, end, rows]) => {
      const quoted = rows.map((row) => row.map((text) => `"${text.replaceAll('"', '""')}"`).join(separator)).join(end)
      expect(cellsOf(quoted)).toEqual(rows)
    }),
    { seed: 5, numRuns: 2000 },
  )
})

test('the first line of a table names its columns', () => {
  expect(() => readGroupTable('')).toThrow(badLine(1))
  expect(() => readGroupTable('name,age\nx,1')).toThrow(badLine(1))
  expect(() => readGroupTable('scan,Age,age\nx,1,2')).toThrow(badLine(1))
  expect(() => readGroupTable('scan,,age\nx,1,2')).toThrow(badLine(1))
  const table = readGroupTable(' Scan ; Sex\na; f \nb\nc;m;x\nd;\n')
  expect(table.columns).toEqual(['scan', 'sex'])
  expect(table.rows.map(({ line, cells }) => [line, { ...cells }])).toEqual([
    [2, { scan: 'a', sex: 'f' }],
    [5, { scan: 'd' }],
  ])
  expect(table.badLines).toEqual([3, 4])
})

test('a column may have any name', () => {
  const { rows } = readGroupTable('scan,__proto__,constructor\na,1,2')
  const groups = groupsOfTable({ columns: [], rows, badLines: [] }, ['__proto__', 'constructor', 'toString'])
  expect(Object.entries(groups.ofRow[0] ?? {})).toEqual([
    ['__proto__', '1'],
    ['constructor', '2'],
  ])
})

test('ages and thicknesses become bands, at their limits', () => {
  expect([0, 17.9, 18, 40, 40.5, 65, 66, -1, 131, Number.NaN].map(ageBand)).toEqual([
    '<18',
    '<18',
    '18-40',
    '18-40',
    '41-65',
    '41-65',
    '>65',
    null,
    null,
    null,
  ])
  expect([0.5, 1, 1.01, 2, 3, 0, Number.NaN].map(thicknessBand)).toEqual([
    '<=1 mm',
    '<=1 mm',
    '1-2 mm',
    '1-2 mm',
    '>2 mm',
    null,
    null,
  ])
  expect(volumeTertiles([9, 1, null, 2, 8, 5, 4])).toEqual([
    'large',
    'small',
    null,
    'small',
    'large',
    'medium',
    'medium',
  ])
})

test('groups are bands and values; what tells people apart is refused', () => {
  const people = Array.from({ length: 13 }, (_, n) => `s${n};${20 + n};${n % 2 ? 'm' : 'f'};1,25;name ${n}`)
  const table = readGroupTable(`scan;age;sex;slice thickness;name\n${people.join('\n')}\nz;old;;0.5;`)
  const { ofRow, refused, badLines } = groupsOfTable(table, [
    'scan',
    'patient',
    'age',
    'sex',
    'slice thickness',
    'name',
  ])
  expect(ofRow[1]).toEqual({ age: '18-40', sex: 'm', 'slice thickness': '1-2 mm' })
  expect(ofRow[13]).toEqual({ 'slice thickness': '<=1 mm' })
  expect([refused, badLines]).toEqual([['name'], [15]])
})

const short = (paths: string[], csv: string | null = null) => {
  const { cases, problems } = datasetOf(paths, csv === null ? null : readGroupTable(csv))
  return {
    pairs: cases.map(({ scan, label }) => `${scan} ${label}`),
    problems: problems.map(({ kind, line, path }) => `${kind} ${line ?? path}`),
    cases,
  }
}

test('scans and labels of a folder find each other by name', () => {
  const found = short([
    'set/a.nii.gz',
    'set/a_label.nii.gz',
    'set/b.nrrd',
    'set/labels/b.nii',
    'imagesTr/c_0000.nii.gz',
    'labelsTr/c.nii.gz',
    'd.mha',
    'D-seg.mha',
    'notes.txt',
    'x/e.nii',
    'y/e.nii',
    'e_label.nii',
  ])
  expect(found.pairs).toEqual([
    'imagesTr/c_0000.nii.gz labelsTr/c.nii.gz',
    'set/a.nii.gz set/a_label.nii.gz',
    'set/b.nrrd set/labels/b.nii',
  ])
  expect(found.problems).toEqual(['no-label d.mha', 'twice x/e.nii', 'twice y/e.nii'])
  expect(found.cases.map(({ row, patient }) => [row, patient])).toEqual([
    [1, 1],
    [2, 2],
    [3, 3],
  ])
})

test('a table says which files are cases, in its order, and what is wrong with which line', () => {
  const files = ['s/a.nii', 's/b.nii', 's/c.nii', 's/d.nii', 'labels/a.nii', 'labels/b.nii', 't/truth.nii']
  const csv = [
    'scan,label,patient',
    'b,,p1',
    's\\a.nii,labels/a.nii,p1',
    'c.nii,truth,',
    'gone.nii,,',
    'b.nii,,',
    'd,,',
    'a',
  ]
  const found = short(files, csv.join('\r\n'))
  expect(found.pairs).toEqual(['s/b.nii labels/b.nii', 's/a.nii labels/a.nii', 's/c.nii t/truth.nii'])
  expect(found.cases.map(({ row, tableRow, patient }) => [row, tableRow, patient])).toEqual([
    [1, 0, 1],
    [2, 1, 1],
    [3, 2, 3],
  ])
  expect(found.problems).toEqual(['no-scan 5', 'twice 6', 'no-label 7', 'bad-line 8', 'not-listed t/truth.nii'])
})

test('what the numbers of a label file mean is said by the person', () => {
  const found = [
    { label: 1, value: 300, voxels: 5 },
    { label: 2, value: 1017, voxels: 5 },
    { label: 3, value: 2035, voxels: 5 },
  ]
  const meanings = [
    { value: 300, anatomy: 'brain' },
    { value: 2035, anatomy: 'brain' },
    { value: 1017, anatomy: 'csf' },
    { value: 9, anatomy: 'skin' },
  ] as const
  expect(labelsMeaning(meanings, found, 'brain')).toEqual([1, 3])
  expect(labelsMeaning(meanings, found, 'skin')).toEqual([])
})
