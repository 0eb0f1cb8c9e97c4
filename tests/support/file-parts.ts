import { digestMesh } from '../../src/core/hash.ts'
import type { Mesh } from '../../src/core/types.ts'
import { type FileNotes, fileNotes, PLAIN_COLOUR } from '../../src/export/file-notes.ts'
import type { FilePart, TakeCorners } from '../../src/export/file-parts.ts'
import { UNNAMED } from '../../src/export/part-name.ts'
import { writeThreeMf } from '../../src/export/threemf.ts'
import { releasedForTest } from './findings.ts'

/** Notes of bodies that are called 1-of-n, 2-of-n and so on. */
export async function notesFor(meshes: readonly Mesh[], traceId = '7K3MQ-2XA9B'): Promise<FileNotes> {
  const parts = meshes.map((_, n) => ({
    name: { ...UNNAMED, part: n + 1, of: meshes.length },
    colour: PLAIN_COLOUR,
  }))
  return fileNotes(traceId, null, parts, await Promise.all(meshes.map((mesh) => digestMesh(mesh))))
}

/** A 3MF of these bodies, as one array. */
export async function threeMfOf(...meshes: readonly Mesh[]): Promise<Uint8Array<ArrayBuffer>> {
  return joined(writeThreeMf(meshes.map(releasedForTest), await notesFor(meshes)))
}

/** A written file as one array. */
export function joined(parts: Iterable<FilePart>): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.concat([...parts].map((part) => part.bytes)))
}

/** A written file as the app hands it on. */
export const fileOf = (bytes: Uint8Array): Blob => new Blob([bytes as Uint8Array<ArrayBuffer>])

/** All corners that a reader hands out. */
export async function cornersOf<Said>(read: (take: TakeCorners) => Promise<Said>) {
  const numbers: number[] = []
  const said = await read((corners) => {
    for (const n of corners) numbers.push(n)
  })
  return { said, corners: new Float32Array(numbers) }
}

/** The corners of a mesh, nine numbers a triangle. */
export function soupOf({ positions, indices }: { positions: Float32Array; indices: Uint32Array }): Float32Array {
  return Float32Array.from(
    { length: indices.length * 3 },
    (_, n) => positions[(indices[Math.floor(n / 3)] ?? 0) * 3 + (n % 3)] ?? 0,
  )
}
