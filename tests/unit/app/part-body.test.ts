import { expect, test } from 'vitest'
import { type Body, bodiesOf, nextBodyId, pairReferences, replaced } from '../../../src/app/part-body.ts'
import { boxMesh } from '../../support/meshes.ts'

const box = (x: number) => boxMesh([x, 0, 0], [x + 1, 1, 1])
const body = (id: number): Body => ({ id, name: '', mesh: box(id), reference: box(id), shells: 1 })
const [one, two, three] = [body(1), body(2), body(3)] as const

test('what an edit makes stands where its first body stood', () => {
  const made = [body(4), body(5)]
  expect(replaced([one, two, three], [two], made).map(({ id }) => id)).toEqual([1, 4, 5, 3])
  expect(replaced([one, two, three], [three, one], made).map(({ id }) => id)).toEqual([2, 4, 5])
  expect(replaced([one], [], made).map(({ id }) => id)).toEqual([1, 4, 5])
})

test('bodies are found by number and in the order asked for; a lost one is named', () => {
  expect(bodiesOf([one, two, three], [3, 1])).toEqual([three, one])
  expect(() => bodiesOf([one], [2])).toThrow(expect.objectContaining({ code: 'prepare/failed', detail: { body: 2 } }))
  expect([nextBodyId([]), nextBodyId([three, one])]).toEqual([1, 4])
})

test('references go to the mesh they lie at, whatever their order', () => {
  const [a, b, c] = [box(0.1), box(5.1), box(9.9)] as const
  expect(pairReferences([box(0), box(5), box(10)], [c, a, b])).toEqual([a, b, c])
  expect(() => pairReferences([box(0)], [a, b])).toThrow(expect.objectContaining({ code: 'prepare/failed' }))
})
