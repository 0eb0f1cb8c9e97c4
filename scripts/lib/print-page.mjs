// @ts-check

/** @typedef {{ check: string, value: number | null, limit: number | null, unit: string }} Gate */
/**
 * `read` is the count of triangles that another program found in the 3MF.
 * @typedef {{
 *   id: string, what: string, template: string, process: string, date: string, outcome: string, refusedBy: Gate[], accepted: Gate[],
 *   error: { code: string, message: string } | null, seconds: number, triangles: number | null, read: number | null
 * }} PrintRow
 */
/** @typedef {{ node: string, chromium: string, cores: number, load: number, rows: PrintRow[] }} PrintEvidence */

const row = (/** @type {readonly (string | number)[]} */ cells) => `| ${cells.join(' | ')} |`
const number = (/** @type {number | null} */ value) => (value === null ? 'none' : String(Number(value.toPrecision(3))))
const unitOf = (/** @type {string} */ unit) => (unit === 'count' ? '' : unit === ':1' ? unit : ` ${unit}`)
const gateText = (/** @type {Gate} */ { check, value, limit, unit }) =>
  `${check} ${number(value)} against ${number(limit)}${unitOf(unit)}`

function outcomeOf(/** @type {PrintRow} */ { outcome, refusedBy, error }) {
  if (error) return `not printed: ${error.code}`
  return refusedBy.length > 0 ? `${outcome}: ${refusedBy.map(gateText).join('; ')}` : outcome
}

const acceptedText = (/** @type {PrintRow} */ { accepted }) => accepted.map(gateText).join('; ')

/** The page for people, from the rows. */
export function printPage(/** @type {PrintEvidence} */ { node, chromium, cores, load, rows }) {
  const released = rows.filter(({ outcome }) => outcome === 'released')
  const asIs = released.filter(({ accepted }) => accepted.length === 0)
  const scans = new Set(rows.map(({ id }) => id)).size
  const table = rows.map((one) =>
    row([
      one.what,
      one.template,
      one.process.toUpperCase(),
      outcomeOf(one),
      acceptedText(one),
      one.triangles ?? '',
      one.read ?? '',
      `${one.seconds.toFixed(1)} s`,
      one.date,
    ]),
  )
  return `# Every scan in every process

Made by \`npm run evidence:print\`: each real scan at hand through its template, checked for teaching in each process, to a
released file or to the gate or error that refuses it. Findings that a designer may accept when teaching were accepted, so that
everything that can be written is: the column "accepted" says which would have refused the part. ${rows.length} runs of ${scans} scans so
far, ${released.length} released, ${asIs.length} of them with nothing to accept. Every released 3MF was opened by the 3MF loader of three.js, which shares no code with the writer;
its triangles are in the column "read". Node ${node}, Chromium ${chromium}, ${cores} cores (load ${load.toFixed(1)} at the start of the
last run; times are longer where other work runs beside it).

${[
  row(['scan', 'template', 'process', 'outcome', 'accepted', 'triangles', 'read', 'total', 'on']),
  row(Array.from({ length: 9 }, () => '---')),
  ...table,
].join('\n')}
`
}
