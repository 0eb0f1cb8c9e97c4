// @ts-check
import { join } from 'node:path'

/** @typedef {import('./session.mjs').RunResult} RunResult */
/** @typedef {import('./session.mjs').Gate} Gate */

const digits = (/** @type {number} */ value) => String(Number(value.toPrecision(4)))
const withUnit = (/** @type {number} */ value, /** @type {string} */ unit) =>
  unit === 'count' ? digits(value) : unit === ':1' ? `${digits(value)}${unit}` : `${digits(value)} ${unit}`

/** `wall-thickness 0.42 mm (limit 0.5 mm)` */
const nameGate = (/** @type {Gate} */ gate) =>
  `${gate.check} ${withUnit(gate.value, gate.unit)} (limit ${withUnit(gate.limit, gate.unit)})`

/**
 * What a run came to, for people; the last line is the outcome.
 * @param {RunResult} result
 * @param {{ out: string, until: string | null, wallMs: number, totalMiB: number | null }} run
 */
export function summarise(result, run) {
  const lines = result.files.map((file) => `${join(run.out, file.name)}  ${(file.size / 1e6).toFixed(2)} MB`)
  lines.push(join(run.out, 'report.json'))
  const memory = run.totalMiB === null ? '' : `, ${run.totalMiB} MiB at most`
  const held = result.responsiveness ? `, page held up for ${result.responsiveness.longestTaskMs} ms at most` : ''
  lines.push(`${(run.wallMs / 1000).toFixed(1)} s${memory}${held}`)
  if (isHeld(result)) lines.push(...result.gates.map((gate) => `${gate.check}: ${gate.advice}`))
  return [...lines, outcomeLine(result, run.until)]
}

const isHeld = (/** @type {RunResult} */ { outcome }) => outcome === 'refused' || outcome === 'needs-review'

function outcomeLine(/** @type {RunResult} */ result, /** @type {string | null} */ until) {
  if (isHeld(result)) return `${result.outcome.replace('-', ' ')}: ${result.gates.map(nameGate).join(', ')}`
  return result.outcome === 'stopped' ? `stopped after ${until}, as asked` : 'released'
}
