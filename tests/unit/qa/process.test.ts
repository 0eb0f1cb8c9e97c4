import { expect, test } from 'vitest'
import { PROCESS_IDS } from '../../../src/core/finding.ts'
import { PROCESSES } from '../../../src/qa/process.ts'

// wall advised / hard, feature, hole, emboss width x depth, clearance loose / tight: the project's process table.
const TABLE = {
  fdm: [1.2, 0.8, 2, 2, 1, 1.5, 0.4, 0.2],
  sla: [1, 0.5, 0.5, 0.5, 0.5, 0.4, 0.3, 0.15],
  sls: [0.8, 0.7, 0.5, 1.5, 0.8, 0.8, 0.5, 0.2],
  mjf: [1, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.2],
  polyjet: [1, 0.6, 0.5, 0.5, 0.5, 0.3, 0.3, 0.15],
}

test.each(PROCESS_IDS)('%s is as the table says', (id) => {
  const p = PROCESSES[id]
  expect([
    p.advisedWallMm,
    p.hardWallMm,
    p.leastFeatureMm,
    p.leastHoleMm,
    p.embossWidthMm,
    p.embossDepthMm,
    p.looseClearanceMm,
    p.tightClearanceMm,
  ]).toEqual(TABLE[id])
  expect(p.escape?.diameterMm ?? Number.POSITIVE_INFINITY).toBeGreaterThanOrEqual(3)
})
