// @ts-check

/** @typedef {import('../../tests/support/paired.ts').BenchRow} Row */

const WIDTH = 720
const HEIGHT = 440
const LEFT = 72
const RIGHT = 40
const TOP = 56
const BOTTOM = 64
const COLOURS = ['#0b7285', '#b35900', '#5f3dc4']

const WORK = 'cost curve'

const voxelsOf = (/** @type {Row} */ row) => row.size.split(' x ').reduce((product, n) => product * Number(n), 1)
const escaped = (/** @type {string} */ text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')

/** Powers of ten that enclose the values. */
function decades(/** @type {readonly number[]} */ values) {
  const low = Math.floor(Math.log10(Math.min(...values)))
  const high = Math.ceil(Math.log10(Math.max(...values)))
  return Array.from({ length: high - low + 1 }, (_, n) => low + n)
}

const scale = (/** @type {readonly number[]} */ marks, /** @type {number} */ from, /** @type {number} */ to) => {
  const [first = 0, last = 1] = [marks[0], marks.at(-1)]
  return (/** @type {number} */ value) => from + ((Math.log10(value) - first) / (last - first)) * (to - from)
}

const plain = (/** @type {number} */ power, /** @type {string} */ unit) =>
  `${power < 0 ? (10 ** power).toFixed(-power) : (10 ** power).toLocaleString('en')} ${unit}`

/** Time over voxels of the rows whose work begins with "cost curve", both axes logarithmic; null when there are none. */
export function costCurve(/** @type {readonly Row[]} */ all) {
  const rows = all.filter((row) => row.work.startsWith(WORK)).sort((a, b) => voxelsOf(a) - voxelsOf(b))
  if (rows.length === 0) return null
  const xMarks = decades(rows.map((row) => voxelsOf(row) / 1e6))
  const yMarks = decades(rows.map((row) => row.subjectMs))
  const x = scale(xMarks, LEFT, WIDTH - RIGHT)
  const y = scale(yMarks, HEIGHT - BOTTOM, TOP)
  const grid = [
    ...xMarks.map((p) => {
      const at = x(10 ** p)
      return `<line x1="${at}" y1="${TOP}" x2="${at}" y2="${HEIGHT - BOTTOM}"/><text x="${at}" y="${HEIGHT - BOTTOM + 20}" text-anchor="middle">${plain(p, 'M')}</text>`
    }),
    ...yMarks.map((p) => {
      const at = y(10 ** p)
      return `<line x1="${LEFT}" y1="${at}" x2="${WIDTH - RIGHT}" y2="${at}"/><text x="${LEFT - 8}" y="${at + 4}" text-anchor="end">${plain(p, 'ms')}</text>`
    }),
  ]
  const names = [...new Set(rows.map((row) => `${row.subject}, ${row.adapter}`))]
  const series = names.map((name, n) => {
    const own = rows.filter((row) => `${row.subject}, ${row.adapter}` === name)
    const points = own.map((row) => [x(voxelsOf(row) / 1e6), y(row.subjectMs)])
    const colour = COLOURS[n % COLOURS.length]
    const dots = points.map(([px, py]) => `<circle cx="${px}" cy="${py}" r="4" fill="${colour}"/>`).join('')
    // At the lower right: time grows with size, so no line comes there.
    const low = HEIGHT - BOTTOM - 20 * (names.length - n)
    const legend = `<rect x="${WIDTH - RIGHT - 18}" y="${low}" width="12" height="12" fill="${colour}"/><text x="${WIDTH - RIGHT - 26}" y="${low + 10}" text-anchor="end">${escaped(name)}</text>`
    return `<polyline points="${points.join(' ')}" fill="none" stroke="${colour}" stroke-width="2"/>${dots}${legend}`
  })
  const date =
    rows
      .map((row) => row.date)
      .sort()
      .at(-1) ?? ''
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12" fill="#1c2733">
<rect width="${WIDTH}" height="${HEIGHT}" fill="#ffffff"/>
<text x="${LEFT}" y="28" font-size="15" font-weight="600">Surface of a bone-like field: time by size, ${date}</text>
<text x="${LEFT}" y="46" fill="#4b5a69">int16 volume to welded mesh, median of warm runs</text>
<g stroke="#d5dce3">${grid.map((item) => item.replace('<text', '<text stroke="none"')).join('\n')}</g>
${series.join('\n')}
<text x="${(LEFT + WIDTH - RIGHT) / 2}" y="${HEIGHT - 18}" text-anchor="middle">voxels, millions</text>
</svg>
`
}
