import { expect, test } from 'vitest'
import { paintHead, truthOf } from '../../support/paint-head.ts'
import { gridOf, volumeOf } from '../../support/phantoms.ts'

// A number of the maps in every eighth of a cube: air, cerebral white, cortex, lateral ventricle, compact bone, skin, csf, cord.
const NUMBERS = [0, 41, 3, 43, 515, 511, 24, 512]
const N = 16
const eighth = (i: number, j: number, k: number) => (i < N / 2 ? 0 : 1) + (j < N / 2 ? 0 : 2) + (k < N / 2 ? 0 : 4)
const map = volumeOf(gridOf([N, N, N]), (i, j, k) => NUMBERS[eighth(i, j, k)] as number)

test('the truth is the channel that the training gives each number', () => {
  const { labels } = truthOf(map)
  const corners = NUMBERS.map(
    (_, n) => labels[(n & 1) * (N - 1) + N * ((n >> 1) & 1) * (N - 1) + N * N * (n >> 2) * (N - 1)],
  )
  expect(corners).toEqual([0, 2, 1, 3, 5, 6, 4, 6])
})

test('a painted T1 head is bright in white matter, dark in fluid and bone; the same again for the same seed', async () => {
  const scan = await paintHead(map, 't1', 5)
  const mean = (n: number) => {
    let [sum, count] = [0, 0]
    scan.data.forEach((value, at) => {
      const [i, j, k] = [at % N, Math.floor(at / N) % N, Math.floor(at / (N * N))]
      const isInner = [i, j, k].every((place) => Math.abs((place % 8) - 3.5) < 2)
      if (eighth(i, j, k) !== n || !isInner) return
      sum += value
      count++
    })
    return sum / count
  }
  const [air, white, cortex, ventricle, bone] = [0, 1, 2, 3, 4].map(mean) as [number, number, number, number, number]
  expect(scan.modality).toBe('MR')
  expect(white).toBeGreaterThan(cortex + 100)
  expect(cortex).toBeGreaterThan(ventricle + 200)
  expect(bone).toBeLessThan(200)
  expect(air).toBeLessThan(100)
  expect((await paintHead(map, 't1', 5)).data).toEqual(scan.data)
  expect((await paintHead(map, 't1', 6)).data).not.toEqual(scan.data)
})
