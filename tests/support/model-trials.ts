import { CORRUPTIONS } from '../../src/evidence/corruptions.ts'
import { type Robustness, robustness, type Trial } from '../../src/evidence/degradation.ts'
import { SEVERITIES } from '../../src/evidence/severity.ts'
import { CLEAN_CASE } from './model-cases.ts'
import type { ModelRow } from './model-row.ts'

/** What the rows of corrupted scans come to; null until the clean scan and one that is worse were run. */
export function robustnessOf(rows: readonly ModelRow[]): Robustness | null {
  const clean = rows.find((row) => row.case === CLEAN_CASE)
  const trials = rows.flatMap(trialsOf)
  return clean && trials.length > 0 ? robustness([...trialsAs(clean, null, 0), ...trials]) : null
}

function trialsOf(row: ModelRow): Trial[] {
  const [kind, id, level] = row.case.split('/')
  const corruption = CORRUPTIONS.find((one) => one.id === id)
  const severity = SEVERITIES.find((one) => String(one) === level)
  return kind === 'corruption' && corruption && severity ? trialsAs(row, corruption.id, severity) : []
}

const trialsAs = (row: ModelRow, corruption: Trial['corruption'], severity: Trial['severity']): Trial[] =>
  row.structures.flatMap(({ anatomy, band, metrics }) =>
    metrics === null
      ? []
      : [{ scan: CLEAN_CASE, structure: anatomy, corruption, severity, dice: metrics.dice, nsd: metrics.nsd, band }],
  )
