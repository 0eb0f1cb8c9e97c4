import fc from 'fast-check'
import { expect, test } from 'vitest'
import { hasVoxel } from '../../src/core/mask.ts'
import { IDLE_CONTEXT } from '../../src/core/stage.ts'
import type { Vec3 } from '../../src/core/types.ts'
import { componentAt, componentOf, components } from '../../src/segment/components.ts'
import { fillHoles } from '../../src/segment/fill-holes.ts'
import { floodLabels } from '../support/flood.ts'
import { eachVoxel, maskText, tailIsClear } from '../support/masks.ts'
import { gridOf, maskOf, randomMask } from '../support/phantoms.ts'

const anySize = fc.tuple(
  fc.integer({ min: 1, max: 70 }),
  fc.integer({ min: 1, max: 7 }),
  fc.integer({ min: 1, max: 6 }),
)
const anyCase = fc.record({ size: anySize, seed: fc.nat(), chance: fc.constantFrom(0, 0.1, 0.3, 0.5, 0.7, 0.9, 1) })

test.each([4, 6, 18, 26] as const)(
  'components by %i neighbours equal a flood fill, numbers and table included',
  (neighbours) => {
    fc.assert(
      fc.property(anyCase, ({ size, seed, chance }) => {
        const mask = randomMask(gridOf(size, [0.5, 0.7, 2]), seed, chance)
        const found = components(mask, neighbours, IDLE_CONTEXT)
        const truth = floodLabels(mask, neighbours)
        expect(found.count).toBe(truth.count)
        const voxels = new Uint32Array(truth.count)
        const boxes = Array.from({ length: truth.count }, () => ({ min: [...size], max: [-1, -1, -1] }))
        const seeds: Vec3[] = []
        eachVoxel(mask.grid, (i, j, k) => {
          const label = truth.labels[i + size[0] * (j + size[1] * k)] ?? -1
          expect(componentOf(found, [i, j, k])).toBe(label)
          const box = boxes[label]
          if (!box) return
          if (voxels[label] === 0) seeds[label] = [i, j, k]
          voxels[label] = (voxels[label] ?? 0) + 1
          box.min = box.min.map((v, axis) => Math.min(v, [i, j, k][axis] ?? 0))
          box.max = box.max.map((v, axis) => Math.max(v, [i, j, k][axis] ?? 0))
        })
        for (let n = 0; n < truth.count; n++) {
          const table = componentAt(found, n)
          expect(table).toMatchObject({ voxels: voxels[n], ...boxes[n], seed: seeds[n] })
          expect(table.mm3).toBeCloseTo((voxels[n] ?? 0) * 0.7, 9)
        }
      }),
      { numRuns: 60 },
    )
  },
)

test.each(['volume', 'slices'] as const)('filling holes by %s equals a flood from the border', (mode) => {
  fc.assert(
    fc.property(anyCase, fc.constantFrom(null, 3), ({ size, seed, chance }, maxMm3) => {
      const mask = randomMask(gridOf(size), seed, chance)
      const outside = maskOf(mask.grid, (i, j, k) => !hasVoxel(mask, i, j, k))
      const { labels, count } = floodLabels(outside, mode === 'slices' ? 4 : 6)
      const open = new Uint8Array(count)
      const voxels = new Uint32Array(count)
      eachVoxel(mask.grid, (i, j, k) => {
        const label = labels[i + size[0] * (j + size[1] * k)] ?? -1
        if (label < 0) return
        voxels[label] = (voxels[label] ?? 0) + 1
        const flatBorder = i === 0 || j === 0 || i === size[0] - 1 || j === size[1] - 1
        if (flatBorder || (mode === 'volume' && (k === 0 || k === size[2] - 1))) open[label] = 1
      })
      const truth = maskOf(mask.grid, (i, j, k) => {
        const label = labels[i + size[0] * (j + size[1] * k)] ?? -1
        return label < 0 || (open[label] === 0 && (voxels[label] ?? 0) <= (maxMm3 ?? Infinity))
      })
      const filled = fillHoles(mask, { mode, maxMm3 }, IDLE_CONTEXT)
      expect(maskText(filled)).toBe(maskText(truth))
      expect(tailIsClear(filled)).toBe(true)
    }),
    { numRuns: 120 },
  )
})
