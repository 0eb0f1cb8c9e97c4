import { expect, test } from 'vitest'
import { buildUp, drainOrder, onPlateNow } from '../../../src/app/build-up.ts'
import type { EditMade, PartHistory } from '../../../src/app/part-history.ts'

const made = (stage: string): EditMade => ({
  ...{ stage, params: {}, on: [1], fromMm3: 1, toMm3: 1, after: [] },
  row: { stage, meanMm: 0, p95Mm: 0, maxMm: 0, volumePercent: 0 },
})
const partOf = (...edits: EditMade[]): PartHistory => ({ versions: [{ act: '', edits }], position: 0 })
const [LAY, LAY_AGAIN, HOLLOW, MIRROR] = ['lay-flat', 'lay-flat', 'hollow', 'mirror'].map(made) as [
  EditMade,
  EditMade,
  EditMade,
  EditMade,
]
const UP = [0, 0.6, 0.8] as const
const DRAIN = { stage: 'drain', params: { diameterMm: 3.5, perCavity: 1 }, on: [1] }

test('without a choice at Print, up is z of the part, and the order says so', () => {
  const data = { part: partOf(LAY), onPlate: null }
  expect(drainOrder(data, DRAIN).params).toEqual({
    ...DRAIN.params,
    buildDirectionLps: [0, 0, 1],
    upFrom: 'scan',
  })
})

test('the direction chosen at Print holds through edits that leave the part where it lies', () => {
  const onPlate = onPlateNow({ part: partOf(LAY) }, UP)
  for (const part of [partOf(LAY), partOf(LAY, HOLLOW)]) {
    expect(drainOrder({ part, onPlate }, DRAIN).params).toMatchObject({ buildDirectionLps: UP, upFrom: 'print' })
  }
})

test('it is no longer that of a part that was moved since, or whose move was undone', () => {
  const onPlate = onPlateNow({ part: partOf(LAY) }, UP)
  for (const part of [partOf(), partOf(LAY, MIRROR), partOf(LAY_AGAIN)]) {
    expect(buildUp({ part, onPlate })).toEqual({ upLps: [0, 0, 1], from: 'scan' })
  }
  expect(buildUp({ part: partOf(LAY), onPlate })).toEqual({ upLps: UP, from: 'print' })
})
