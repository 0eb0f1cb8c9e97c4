import { expect, test } from 'vitest'
import { structureCertainty } from '../../../src/infer/structure-certainty.ts'
import { gridOf } from '../../support/phantoms.ts'

const bytes = (...values: number[]) => Uint8Array.from(values)
// Torn inside the structure, torn across its border both ways, torn outside it, and sure.
const ranked = {
  labels: { grid: gridOf([5, 1, 1]), labels: bytes(1, 1, 3, 3, 2) },
  second: bytes(2, 3, 2, 0, 0),
  certainty: bytes(140, 140, 140, 140, 255),
  secondCertainty: bytes(110, 110, 110, 110, 0),
}

test('doubt between two tissues of one structure is none about the structure', () => {
  expect([...structureCertainty(ranked, [1, 2])]).toEqual([250, 140, 140, 250, 255])
})
test('of a single tissue it is doubt', () => {
  expect([...structureCertainty(ranked, [1])]).toEqual([140, 140, 250, 250, 255])
})
test('roundings never add up to more than sure', () => {
  const rounded = { ...ranked, secondCertainty: bytes(200, 0, 0, 0, 9) }
  expect(structureCertainty(rounded, [1, 2])[0]).toBe(255)
})
