import { expect, test } from 'vitest'
import type { SessionView } from '../../../src/app/session-view.ts'
import { placePins, ringMm, unseenPlaces, unsurePlaces } from '../../../src/ui/stations/approve/unsure-places.ts'

const region = (x: number, mm3: number) => ({
  ...{ at: [x, 0, 0], mm3, meanCertainty: 0.6, pieces: 1, state: 'open', word: null },
})
const session = (isMoved = false) =>
  ({
    openCase: { id: 'c' },
    part: {
      isMoved,
      labels: [
        { id: 1, ai: { regions: [region(1, 60), region(2, 80)] } },
        { id: 2, ai: null },
        { id: 4, ai: { regions: [region(3, 100)] } },
      ],
    },
  }) as unknown as SessionView

test('places of all labels are numbered through, and each is to be looked at before a signature', () => {
  const places = unsurePlaces(session())
  expect(places.map(({ n, at }) => [n, at[0]])).toEqual([
    [1, 1],
    [2, 2],
    [3, 3],
  ])
  expect(unseenPlaces(session(), new Set())).toBe(3)
  expect(unseenPlaces(session(), new Set([places[0]?.key ?? '']))).toBe(2)
  // Of another case they say nothing.
  expect(unseenPlaces(session(), new Set(places.map(({ key }) => `other-${key}`)))).toBe(3)
  expect(unseenPlaces(session(), new Set(places.map(({ key }) => key)))).toBe(0)
})

test('they stand on the part while it lies where the scan has it', () => {
  expect(placePins(session(), 2).map(({ number, here }) => [number, here])).toEqual([
    [1, false],
    [2, true],
    [3, false],
  ])
  expect(placePins(session(true), 2)).toEqual([])
})

test('a ring holds the ball of its volume with half its radius to spare', () => {
  expect(ringMm((4 / 3) * Math.PI * 1000)).toBeCloseTo(15, 6)
})
