import { describe, expect, test } from 'vitest'
import { IDLE_CONTEXT } from '../../src/core/stage.ts'
import { THREE_MF_FAULTS } from '../../src/core/threemf-fault.ts'
import { readAnyThreeMf } from '../../src/export/verify/threemf-any.io.ts'
import { fileOf, threeMfOf } from '../support/file-parts.ts'
import { sphereMesh } from '../support/sphere-mesh.ts'
import { timed } from '../support/time-taken.ts'
import { HOSTILE, LAWFUL } from './threemf-cases.ts'

const read = (bytes: Uint8Array) => readAnyThreeMf(fileOf(bytes), IDLE_CONTEXT)
/** No hostile file may hold the reader longer, nor take more memory than its own few megabytes. */
const LONGEST_MS = 2000
const MOST_BYTES = 200e6

test('there are forty and more, and each fault is shown by one', () => {
  expect(HOSTILE.length).toBeGreaterThanOrEqual(40)
  expect([...new Set(HOSTILE.map(([, fault]) => fault))].toSorted()).toEqual([...THREE_MF_FAULTS].toSorted())
})

describe('lawful files are read', () => {
  test.each(Object.entries(LAWFUL))('%s', async (_, file) => {
    const { mesh } = await read(file())
    expect([mesh.positions.length, mesh.indices.length]).toEqual([12, 12])
    expect(Math.max(...mesh.positions)).toBe(10)
  })
  test('and those of this project, with more line breaks than a text may be long', async () => {
    const sphere = sphereMesh(20, [-31.5, 12.25, 400], 150)
    expect(sphere.indices.length / 3).toBeGreaterThan(65_536)
    const found = await read(await threeMfOf(sphere))
    expect(found).toMatchObject({ traceId: '7K3MQ-2XA9B', names: ['other-1-of-1'] })
    expect(found.mesh.indices).toEqual(sphere.indices)
    const farthest = found.mesh.positions.reduce(
      (most, v, n) => Math.max(most, Math.abs(v - (sphere.positions[n] ?? Number.NaN))),
      0,
    )
    expect(farthest).toBeLessThan(1e-4)
  })
})

describe('hostile files are refused by name', () => {
  test.each(HOSTILE)('%s: %s', async (_, fault, file) => {
    const bytes = file()
    const before = process.memoryUsage()
    const { value: code, ms } = await timed(() =>
      read(bytes).then(
        () => 'read',
        (error: { code?: string }) => error.code,
      ),
    )
    const after = process.memoryUsage()
    expect(code).toBe(`threemf/${fault}`)
    expect(ms).toBeLessThan(LONGEST_MS)
    expect(after.heapUsed + after.arrayBuffers - before.heapUsed - before.arrayBuffers).toBeLessThan(MOST_BYTES)
  })
})
