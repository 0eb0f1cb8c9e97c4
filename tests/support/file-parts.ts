import type { FilePart, TakeCorners } from '../../src/export/file-parts.ts'

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
