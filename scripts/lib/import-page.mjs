// @ts-check

/** @typedef {NonNullable<ReturnType<import('./nifti-file.mjs')['compareNifti']>>} Compared */
/** @typedef {{ name: string, code: string, size: number[] | null, compared: Compared | null, hasTruth: boolean, notes: string[] }} SeriesRow */
/** @typedef {{ image: string, name: string, uid: string, code: string, compared: Compared | null }} SyntaxRow */
/** @typedef {{ date: string, chromium: string, node: string, series: SeriesRow[], syntaxes: SyntaxRow[] }} ImportEvidence */

const digits = (/** @type {number} */ value) => (value === 0 ? '0' : String(Number(value.toPrecision(2))))

/** Markdown of what the import made of real files. @returns {string} */
export function importPage(/** @type {ImportEvidence} */ { date, chromium, node, series, syntaxes }) {
  return `# What the import makes of real DICOM

Made by \`npm run evidence:import\` on ${date} (Chromium ${chromium}, Node ${node}): every folder is opened in the built app without a
screen, its volume is written as NIfTI, and that file is read again by a small reader of its own and compared voxel for voxel with
the reference beside the series (dicom2nifti's test data). Axes that the reference turns are turned back first; values are never
interpolated. **Place** is the largest difference of an entry of the two affines (mm), **corner** the largest distance between the
places both give to a corner of the scan, **value** the largest difference of a voxel.

## Series with a reference

| series | size | place (mm) | corner (mm) | value | notes |
|---|---|---|---|---|---|
${series
  .filter((row) => row.hasTruth && row.compared)
  .map(seriesLine)
  .join('\n')}

A series whose scale does not fit 16 bits (\`quantised\`) differs by at most half a step.

## Series that are no volume

| series | what the app says |
|---|---|
${series
  .filter((row) => !row.compared)
  .map((row) => `| ${row.name} | \`${row.code}\` |`)
  .join('\n')}

## One slice in every transfer syntax

The same slice, made a series by giving three copies three heights; compared with the one as it came, which is not compressed. A
lossy JPEG of the CT has 8 or 12 bits and so a scale of its own: part of its difference is that rounding.

| image | written as | UID | outcome | largest difference | mean |
|---|---|---|---|---|---|
${syntaxes.map(syntaxLine).join('\n')}
`
}

function seriesLine(/** @type {SeriesRow} */ { name, size, compared, notes }) {
  if (!compared) return ''
  const { placeMm, cornerMm, value } = compared
  const words = notes.map((note) => `\`${note}\``).join(', ')
  return `| ${name} | ${size?.join(' x ')} | ${digits(placeMm)} | ${digits(cornerMm)} | ${digits(value)} | ${words} |`
}

function syntaxLine(/** @type {SyntaxRow} */ { image, name, uid, code, compared }) {
  const [worst, mean] = compared ? [digits(compared.value), digits(compared.meanValue)] : ['', '']
  return `| ${image} | ${name} | ${uid} | ${code} | ${worst} | ${mean} |`
}
