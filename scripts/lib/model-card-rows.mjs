// @ts-check

/** @typedef {import('../../tests/support/model-row.ts').ModelRow} ModelRow */
/** @typedef {import('../../src/infer/card.ts').EvaluationRow} EvaluationRow */
/** @typedef {{ id: string, stratum: string | null }} Known */
/** @typedef {NonNullable<ModelRow['structures'][number]['metrics']>} Measured */

/** Half of the sorted values lie below. @param {readonly number[]} values */
function medianOf(values) {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length / 2
  const [low, high] = [sorted[Math.ceil(middle) - 1] ?? Number.NaN, sorted[Math.floor(middle)] ?? Number.NaN]
  return (low + high) / 2
}

const rounded = (/** @type {number} */ value) => Number(value.toFixed(3))

/**
 * What goes on the card of the network: by stratum and structure, median Dice over the scans with the lowest and the highest, not an
 * interval of confidence: there are too few of them for one.
 * @param {readonly ModelRow[]} rows of this network
 * @param {readonly Known[]} cases
 * @returns {EvaluationRow[]}
 */
export function cardRows(rows, cases) {
  const strata = [...new Set(cases.flatMap(({ stratum }) => stratum ?? []))]
  return strata.flatMap((stratum) => {
    const ids = new Set(cases.filter((one) => one.stratum === stratum).map(({ id }) => id))
    const structures = rows.filter((row) => ids.has(row.case)).flatMap((row) => row.structures)
    const anatomies = [...new Set(structures.map(({ anatomy }) => anatomy))]
    return anatomies.flatMap((structure) => {
      const found = structures.flatMap(({ anatomy, metrics }) => (anatomy === structure && metrics ? [metrics] : []))
      return found.length === 0 ? [] : [rowOf(structure, stratum, found)]
    })
  })
}

/** @returns {EvaluationRow} */
function rowOf(
  /** @type {EvaluationRow['structure']} */ structure,
  /** @type {string} */ stratum,
  /** @type {readonly Measured[]} */ found,
) {
  const dice = found.map((one) => one.dice)
  const [low, high] = [rounded(Math.min(...dice)), rounded(Math.max(...dice))]
  const nsd = { toleranceMm: found[0]?.toleranceMm ?? 0, median: rounded(medianOf(found.map((one) => one.nsd))) }
  const spread = { median: rounded(medianOf(dice)), low, high }
  return { structure, stratum, n: found.length, dice: spread, nsd, worstDice: low }
}
