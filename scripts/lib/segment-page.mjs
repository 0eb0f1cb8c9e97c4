// @ts-check

/** @typedef {import('./mask-agreement.mjs').Agreement} Agreement */
/** @typedef {{ what: string, template: string, version: number, digest: string, of: string, says: string, oursMl: number, truthMl: number, agreement: Agreement | null, code: string | null, steps: string[] }} SegmentRow */
/** @typedef {{ date: string, chromium: string, node: string, rows: SegmentRow[] }} SegmentEvidence */

const share = (/** @type {number} */ value) => value.toFixed(3)
const mm = (/** @type {number} */ value) => value.toFixed(2)
const ml = (/** @type {number} */ value) => (value < 10 ? value.toFixed(1) : value.toFixed(0))

/** Markdown of how far the templates agree with reference labels. @returns {string} */
export function segmentPage(/** @type {SegmentEvidence} */ { date, chromium, node, rows }) {
  return `# What the templates mark, against reference labels

Made by \`npm run evidence:segment\` on ${date} (Chromium ${chromium}, Node ${node}): each scan is opened in the built app without a
screen, its template is run as it is shipped, the mask is written as NIfTI and compared voxel by voxel with the reference. **Right** is
the share of our voxels that are in the reference, **found** the share of the reference that is in ours, **mean** and **95 %** the
distance between the two surfaces (voxel centres, both ways together, mm). Dice and distances are computed apart from the app's own code.

| scan | template | reference | ml, reference | ml, ours | Dice | right | found | mean (mm) | 95 % (mm) |
|---|---|---|---|---|---|---|---|---|---|
${rows.map(line).join('\n')}

## What the figures can show

${[...new Set(rows.map(({ of, says }) => `- **${of}.** ${says}`))].join('\n')}

No scan here has labels of a windpipe, of a mandible or of vessels drawn by a person: ct-mandible, ct-vessel and the airway of a
chest are shown by nothing but looking. ct-spine and ct-pelvis mark all bone that hangs together, not the one structure; a person
cuts the rest away.

## The recipes

${recipes(rows)}
`
}

function line(/** @type {SegmentRow} */ { what, template, of, truthMl, oursMl, agreement, code }) {
  const start = `| ${what} | ${template} | ${of} | ${ml(truthMl)} |`
  if (!agreement) return `${start} ${code ? `\`${code}\`` : '0'} | | | | | |`
  const { dice, precision, recall, meanMm, p95Mm } = agreement
  return `${start} ${ml(oursMl)} | **${share(dice)}** | ${share(precision)} | ${share(recall)} | ${mm(meanMm)} | ${mm(p95Mm)} |`
}

function recipes(/** @type {SegmentRow[]} */ rows) {
  const first = new Map(rows.toReversed().map((row) => [row.template, row]))
  return [...first.values()]
    .toReversed()
    .map(
      ({ template, version, digest, steps }) =>
        `- ${template}, version ${version}, digest \`${digest.slice(0, 12)}\`: ${steps.join('; ')}`,
    )
    .join('\n')
}
