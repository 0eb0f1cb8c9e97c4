// @ts-check

/**
 * @typedef {{ numPassedTests: number, numFailedTests: number,
 *   testResults: { status: string, assertionResults: { status: string }[] }[] }} VitestReport
 */

/**
 * Counts of a vitest run. A file that could not be loaded, an error outside any test and a run that died without a
 * report each count as one failure: a bad run never ends with "0 failed". Tests that did not run are counted too.
 * @param {VitestReport | null} report
 * @param {number} exitCode
 */
export function tally(report, exitCode) {
  if (!report) return { passed: 0, failed: 1, skipped: 0 }
  const results = report.testResults ?? []
  const broken = results.filter((file) => file.status === 'failed' && !file.assertionResults.some(isFailed)).length
  const failed = report.numFailedTests + broken
  const skipped = results.flatMap((file) => file.assertionResults).filter(isSkipped).length
  return { passed: report.numPassedTests, failed: failed === 0 && exitCode !== 0 ? 1 : failed, skipped }
}

const isFailed = (/** @type {{ status: string }} */ test) => test.status === 'failed'
const isSkipped = (/** @type {{ status: string }} */ test) => !['passed', 'failed'].includes(test.status)
