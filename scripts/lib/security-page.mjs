// @ts-check

/** @typedef {import('./security-claims.mjs').Claim} Claim */
/** @typedef {{ file: string, date: string, passed: number, failed: number, skipped: number }} Suite */
/** @typedef {{ claim: string, figures: Record<string, number | string> }} Shown */
/** @typedef {{ claim: string, what: string, name: string, file: string, test: string, passed: boolean }} ShownPart */
/**
 * @typedef {{
 *   date: string, node: string, chromium: string, system: string,
 *   claims: readonly Claim[], suites: Suite[], shown: Shown[], parts: ShownPart[]
 * }} SecurityEvidence
 */

const cell = (/** @type {string} */ text) => text.replaceAll('|', '\\|')

/** What is said of one claim: its figures, then how its tests ended. */
function row(/** @type {Claim} */ claim, /** @type {SecurityEvidence} */ { suites, shown, parts }) {
  const named = parts.filter((part) => part.claim === claim.id)
  const own = suites.filter(({ file }) => claim.files.includes(file))
  const sum = (/** @type {'passed' | 'failed' | 'skipped'} */ what) =>
    own.reduce((total, suite) => total + suite[what], 0)
  const figures = shown.filter((one) => one.claim === claim.id).flatMap((one) => Object.entries(one.figures))
  const told = [...countsOf(named), ...figures.map(([name, value]) => `${name}: ${value}`)].join('; ')
  const ended =
    own.length === 0 ? 'no test yet' : `${sum('passed')} passed, ${sum('failed')} failed, ${sum('skipped')} not run`
  const held = claim.left === '' ? 'shown' : 'shown in part'
  const hasFailed = sum('failed') > 0 || sum('passed') === 0 || named.some(({ passed }) => !passed)
  const verdict = own.length === 0 ? 'not shown' : hasFailed ? 'failed' : held
  const date = own.map((suite) => suite.date).sort()[0] ?? '–'
  return `| ${[claim.id, claim.what, claim.figure, told || '–', ended, claim.left || '–', date, verdict].map(cell).join(' | ')} |`
}

/** Of each kind of thing that a claim names, how many were shown. */
function countsOf(/** @type {readonly ShownPart[]} */ parts) {
  return [...new Set(parts.map(({ what }) => what))].map((kind) => {
    const all = parts.filter(({ what }) => what === kind)
    return `${kind}: ${all.filter(({ passed }) => passed).length} of ${all.length}`
  })
}

/** docs/evidence/security.md. */
export function securityPage(/** @type {SecurityEvidence} */ evidence) {
  const { date, node, chromium, system, claims, parts } = evidence
  return `# What is shown of the security claims

Made by \`npm run evidence:security\` on ${date} (Node ${node}, Chromium ${chromium}, ${system}): the test files named below were run, and
what they counted is written here as they gave it. A claim whose files do not pass is *failed*; one of which something is left open is *shown in part*; one without a test is *not shown*. What
is promised, and its limits, stand in [security.md](../security.md).

| id | what | figure wanted | counted | tests | left open | date | verdict |
| --- | --- | --- | --- | --- | --- | --- | --- |
${claims.map((claim) => row(claim, evidence)).join('\n')}

## One by one

| id | what | test | |
| --- | --- | --- | --- |
${parts.map(({ claim, name, file, test, passed }) => `| ${[claim, name, `\`${file}\` "${test}"`, passed ? 'passed' : 'failed'].map(cell).join(' | ')} |`).join('\n')}

## Tests

${claims.map(({ id, files }) => `- ${id}: ${files.length === 0 ? 'none' : files.map((file) => `\`${file}\``).join(', ')}`).join('\n')}
`
}
