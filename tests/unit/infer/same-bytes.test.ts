import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { IDLE_CONTEXT } from '../../../src/core/stage.ts'
import type { Vec3 } from '../../../src/core/types.ts'
import { agreementOf } from '../../../src/evidence/agreement.ts'
import { parseCardFile } from '../../../src/infer/parse-card.ts'
import { planRun } from '../../../src/infer/plan.ts'
import { runModel } from '../../../src/infer/run.ts'
import { scopeFeatures } from '../../../src/infer/scope-features.ts'
import { onionNetwork, onionVolume } from '../../support/onion.ts'

const CARD = resolve('public', 'models', 'head-tissues', '1.0.0', 'card.json')

/** The card that ships, for tiles small enough to try many. */
function smallTiles() {
  const card = parseCardFile(new Uint8Array(readFileSync(CARD)))
  return { ...card, tiling: { ...card.tiling, tileVoxels: [24, 24, 24] as const, overlapVoxels: 6, multipleOf: 4 } }
}

/**
 * What a run gave when its parts were first written, each as plainly as could be. Whatever makes them quicker is to give the same:
 * reports of cases name the network, and it promises the same bytes.
 */
test.each([
  ['a scan on the grid of the network', [1, 1, 1], 'f2190fc2496f8ad717137a5a616705f7f0681240db7099e2da627103b6ac9b5c'],
  ['a scan of other voxels', [1.3, 1, 0.8], '13f4213e856478b32758b2a3df69d8e87f82654b384830f125f246b5f48a4dd7'],
] as readonly (readonly [string, Vec3, string])[])(
  'a run gives the bytes that it always gave: %s',
  async (_name, spacing, wanted) => {
    const onion = onionVolume(40)
    const volume = { ...onion, grid: { ...onion.grid, spacing } }
    const card = smallTiles()
    expect(planRun(volume.grid, card).tiles).toBeGreaterThan(7)
    const { structures, labels: names } = card.output
    const hash = createHash('sha256')
    const outcome = await runModel(volume, card, onionNetwork(names.length), 2 ** 30, IDLE_CONTEXT, {
      measure: (members) => {
        for (const { labels } of members) hash.update(labels)
        return agreementOf(members, structures, IDLE_CONTEXT)
      },
      features: (map) => scopeFeatures(map, structures),
    })
    const { labels, certainty, second, secondCertainty, agreement, features } = outcome
    for (const bytes of [labels.labels, certainty, second, secondCertainty]) hash.update(bytes)
    hash.update(JSON.stringify([agreement, features]))
    expect(hash.digest('hex')).toBe(wanted)
  },
)
