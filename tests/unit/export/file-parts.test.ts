import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, test } from 'vitest'
import { IDLE_CONTEXT } from '../../../src/core/stage.ts'
import type { Mesh } from '../../../src/core/types.ts'
import { type FilePart, writeFile } from '../../../src/export/file-parts.ts'
import { writeStl } from '../../../src/export/stl.ts'
import { writeThreeMf } from '../../../src/export/threemf.ts'
import { joined, notesFor } from '../../support/file-parts.ts'
import { releasedForTest } from '../../support/findings.ts'
import { wavySheet } from '../../support/wavy-sheet.ts'

const NOTES = await notesFor([wavySheet(2)])
const WRITERS: readonly [string, (mesh: Mesh) => Generator<FilePart>][] = [
  ['STL', (mesh) => writeStl(releasedForTest(mesh))],
  ['3MF', (mesh) => writeThreeMf([releasedForTest(mesh)], NOTES)],
]
setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void
/** Bytes in use, in the heap and in arrays beside it. */
function bytesInUse(): number {
  // Arrays are freed beside the program; the second time waits for the first.
  collectGarbage()
  collectGarbage()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

const SMALL = wavySheet(220)
const LARGE = wavySheet(707)

describe.each(WRITERS)('%s in parts', (_, write) => {
  test('no part grows with the file, which grows tenfold', () => {
    const largest = (mesh: Mesh) => Math.max(...[...write(mesh)].map((part) => part.bytes.length))
    expect(LARGE.indices.length).toBeGreaterThan(10 * SMALL.indices.length)
    expect(largest(LARGE)).toBeLessThanOrEqual(Math.max(largest(SMALL), 4_000_000))
  })
  test('what is in use while it is written is the same for a file ten times as long', () => {
    const workingSet = (mesh: Mesh) => {
      const before = bytesInUse()
      let most = 0
      let parts = 0
      for (const _ of write(mesh)) if (parts++ % 5 === 1) most = Math.max(most, bytesInUse() - before)
      return most
    }
    workingSet(SMALL)
    const [small, large] = [workingSet(SMALL), workingSet(LARGE)]
    expect(large).toBeLessThan(small + 1_500_000)
    expect(large).toBeLessThan(8_000_000)
  })
  test('a part stays as it is when the next ones are made, and tells how far the file is', () => {
    const parts = [...write(SMALL)]
    const copies = [...write(SMALL)].map((part) => part.bytes.slice())
    expect(parts.map((part) => part.bytes.length)).toEqual(copies.map((copy) => copy.length))
    expect(parts.every((part, n) => Buffer.compare(part.bytes, copies[n] ?? new Uint8Array()) === 0)).toBe(true)
    const done = parts.map((part) => part.done)
    expect(done).toEqual(done.toSorted((a, b) => a - b))
    expect(done.at(-1)).toBe(1)
  })
  test('nothing is made before it is asked for: the first part comes without the others', () => {
    const parts = write(LARGE)
    const first = parts.next().value as FilePart
    expect(first.done).toBeLessThan(0.1)
    parts.return(undefined)
    expect(parts.next().done).toBe(true)
  })
  test('the file is its parts, one after the other', async () => {
    const file = await writeFile(write(SMALL), IDLE_CONTEXT)
    expect(Buffer.compare(new Uint8Array(await file.arrayBuffer()), joined(write(SMALL)))).toBe(0)
  })
  test('cancelled between two parts', async () => {
    const controller = new AbortController()
    let taken = 0
    function* watched(): Generator<FilePart> {
      for (const part of write(LARGE)) {
        taken++
        if (taken === 3) controller.abort()
        yield part
      }
    }
    const ctx = { ...IDLE_CONTEXT, signal: controller.signal }
    await expect(writeFile(watched(), ctx)).rejects.toMatchObject({ name: 'AbortError' })
    expect(taken).toBe(3)
  })
})

test('a file longer than what is folded at once comes out whole', async () => {
  const parts = Array.from({ length: 5 }, (_, n) => ({ bytes: new Uint8Array(30 * 2 ** 20).fill(n + 1), done: n / 4 }))
  const file = new Uint8Array(await (await writeFile(parts, IDLE_CONTEXT)).arrayBuffer())
  expect(file.length).toBe(150 * 2 ** 20)
  expect(parts.map((_, n) => file[n * 30 * 2 ** 20 + 7])).toEqual([1, 2, 3, 4, 5])
})
