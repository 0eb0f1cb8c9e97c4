// @ts-check
import { ERROR_SAYS, GATE_SAYS } from './evidence-scans.mjs'

/** @typedef {import('./part-file.mjs').Judgement} Judgement */
/** @typedef {{ check: string, level: string, value: number, limit: number, unit: string }} Finding */
/**
 * @typedef {{
 *   id: string, what: string, file: string, args: string[], outcome: string, refusedFirst: readonly string[],
 *   accepted: readonly string[], size: readonly number[] | null, spacingMm: readonly number[] | null, modality: string | null,
 *   notes: readonly string[], findings: Finding[], error: { code: string, message: string } | null,
 *   steps: { stage: string, ms: number, backend: string, adapter: string }[], wallMs: number,
 *   peakMemoryMiB: number | null, traceId: string | null, files: readonly { name: string, digest: string, bytes: number }[],
 *   reread: { stl: Judgement, threeMf: Judgement } | null, picture: string | null, seen: string | null
 * }} Row
 */
/**
 * @typedef {{
 *   date: string, cores: number, load: number, node: string, chromium: string,
 *   reference: { surfaceMm3: number, invesaliusMm3: number, maskMm3: number, invesaliusMaskMm3: number } | null,
 *   scans: Row[]
 * }} Evidence
 */

const round = (/** @type {number} */ value, digits = 4) => String(Number(value.toPrecision(digits)))
const seconds = (/** @type {number} */ ms) => `${(ms / 1000).toFixed(1)} s`
const unitOf = (/** @type {string} */ unit) =>
  unit === 'count' ? '' : unit === ':1' ? unit : ` ${unit.replace('2', '²').replace('3', '³')}`
const times = (/** @type {readonly number[] | null} */ list) => (list ?? []).map((v) => round(v)).join(' × ')
const row = (/** @type {readonly (string | number)[]} */ cells) => `| ${cells.join(' | ')} |`
const percent = (/** @type {number} */ ours, /** @type {number} */ theirs) =>
  `${((ours / theirs - 1) * 100).toFixed(2)} %`

/** The page for people, from the figures. */
export function evidencePage(/** @type {Evidence} */ evidence) {
  const { date, node, chromium, cores, load, reference, scans } = evidence
  const surfaces = scans.flatMap((one) => one.steps.filter((s) => s.stage === 'surface'))
  const adapters = [...new Set(surfaces.map((s) => `${s.backend} (${s.adapter})`))]
  const head = `# Real scans

Made by \`npm run evidence\` on ${date}: every CT scan at hand through the built app, template ct-bone, policy teaching,
process FDM. A part refused only by gates that may be accepted was run again with those accepted, for this record alone.
Node ${node}, Chromium ${chromium}, ${cores} cores (load ${round(load, 2)} at the start; times are longer
where other work runs beside it), mask and surface computed by: ${adapters.join(', ')}.

STL and 3MF of every released part were read back by code that shares nothing with the app (\`scripts/lib/part-file.mjs\`):
edges not walked once each way, and the volume they enclose.

| scan | voxels | spacing, mm | outcome | triangles | volume, cm³ | open edges | total | memory |
|---|---|---|---|---|---|---|---|---|
${scans.map(summary).join('\n')}
`
  return `${head}\n${referenceText(reference)}\n${scans.map(section).join('\n')}`
}

function outcomeOf(/** @type {Row} */ one) {
  if (one.error) return `refused: ${one.error.code}`
  if (one.outcome === 'refused') return `refused: ${refusing(one).join(', ')}`
  return one.accepted.length > 0 ? `released, accepted: ${one.accepted.join(', ')}` : one.outcome
}

const refusing = (/** @type {Row} */ one) => one.findings.filter((f) => f.level === 'fail').map((f) => f.check)

function summary(/** @type {Row} */ one) {
  const stl = one.reread?.stl
  return row([
    `[${one.what}](#${one.id})`,
    times(one.size),
    times(one.spacingMm),
    outcomeOf(one),
    stl ? stl.triangles : '',
    stl ? round(stl.volumeMm3 / 1000) : '',
    one.reread ? Math.max(one.reread.stl.openEdges, one.reread.threeMf.openEdges) : '',
    seconds(one.wallMs),
    one.peakMemoryMiB === null ? '' : `${one.peakMemoryMiB} MiB`,
  ])
}

function referenceText(/** @type {Evidence['reference']} */ reference) {
  if (!reference) return ''
  const { surfaceMm3, invesaliusMm3, maskMm3, invesaliusMaskMm3 } = reference
  return `## Against InVesalius

The cranium at 226 HU, nothing dropped and nothing filled, before smoothing: surface ${round(surfaceMm3, 6)} mm³ against
${round(invesaliusMm3, 6)} mm³ by InVesalius (${percent(surfaceMm3, invesaliusMm3)}; allowed 1 %). Voxels of the mask:
${round(maskMm3, 6)} mm³ against ${round(invesaliusMaskMm3, 6)} mm³.
`
}

function section(/** @type {Row} */ one) {
  const lines = [`<a id="${one.id}"></a>`, '', `## ${one.what}`, '']
  const args = ['--template ct-bone', ...(one.args.length > 0 ? [one.args.join(' ')] : [])].join(' ')
  lines.push(`\`${one.file}\`, ${args}. **${outcomeOf(one)}.**`)
  lines.push('')
  if (one.error) lines.push(`- ${one.error.message}`, `- ${ERROR_SAYS[one.error.code] ?? ''}`)
  const said = one.refusedFirst.length > 0 ? one.refusedFirst : refusing(one)
  for (const check of said) lines.push(sayGate(one, check))
  if (one.notes.length > 0) lines.push(`- Noted while reading: ${one.notes.join(', ')}.`)
  if (one.seen) lines.push(`- Seen on the part: ${one.seen}`)
  if (one.picture) lines.push('', `![${one.what}](${one.picture})`)
  const shown = one.findings.filter((f) => f.level !== 'pass')
  if (shown.length > 0) {
    lines.push('', '| gate | value | limit | |', '|---|---|---|---|')
    for (const f of shown) {
      const level = f.level === 'warn' ? 'worth a look' : one.accepted.includes(f.check) ? 'accepted' : 'refused'
      lines.push(row([f.check, round(f.value) + unitOf(f.unit), round(f.limit) + unitOf(f.unit), level]))
    }
  }
  if (one.findings.length > shown.length) lines.push('', `${one.findings.length - shown.length} other gates hold.`)
  if (one.steps.length > 0) {
    const steps = one.steps.map((s) => `${s.stage} ${seconds(s.ms)}`)
    lines.push('', `Time: ${steps.join(', ')}; in all ${seconds(one.wallMs)}.`)
  }
  if (one.traceId) lines.push('', `Trace ${one.traceId}:  `, ...one.files.map((f) => `\`${f.digest}\` ${f.name}  `))
  return `${lines.join('\n')}\n`
}

function sayGate(/** @type {Row} */ one, /** @type {string} */ check) {
  const found = one.findings.find((f) => f.check === check)
  const figure = found
    ? ` (${round(found.value) + unitOf(found.unit)}, limit ${round(found.limit) + unitOf(found.unit)})`
    : ''
  return `- ${check}${figure}: ${GATE_SAYS[check] ?? ''}`
}
