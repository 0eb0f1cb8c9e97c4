import { unzipSync } from 'fflate'
import type { Mesh } from '../../src/core/types.ts'
import { MODEL_PART } from '../../src/export/threemf-package.ts'

/** The triangles of a binary STL, unwelded, in file order. Plain: the app's own reader is what the files are held against. */
export function stlMesh(bytes: Uint8Array): Mesh {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const triangles = view.getUint32(80, true)
  const positions = new Float32Array(9 * triangles)
  for (let n = 0; n < positions.length; n++)
    positions[n] = view.getFloat32(84 + 50 * Math.floor(n / 9) + 12 + 4 * (n % 9), true)
  return { positions, indices: Uint32Array.from({ length: 3 * triangles }, (_, n) => n) }
}

/** The model text of a 3MF. */
export const threeMfText = (bytes: Uint8Array): string => new TextDecoder().decode(unzipSync(bytes)[MODEL_PART])

/** The numbers of all elements that the pattern finds, a group each. */
function numbersOf(text: string, pattern: RegExp): number[] {
  return [...text.matchAll(pattern)].flatMap((match) => match.slice(1).map(Number))
}

/** What a 3MF holds, by plain search in its text. Points as written, before the build item places them. */
export function threeMfContent(bytes: Uint8Array) {
  const text = threeMfText(bytes)
  const mesh: Mesh = {
    positions: new Float32Array(numbersOf(text, /<vertex x="([^"]+)" y="([^"]+)" z="([^"]+)"/g)),
    indices: new Uint32Array(numbersOf(text, /<triangle v1="(\d+)" v2="(\d+)" v3="(\d+)"/g)),
  }
  const metadata = Object.fromEntries(
    [...text.matchAll(/<metadata name="([^"]+)"[^>]*>([^<]*)</g)].map((match) => [match[1], match[2]]),
  )
  const transform = (/transform="([^"]+)"/.exec(text)?.[1] ?? '').split(' ').map(Number)
  return { mesh, metadata, transform, unit: /<model unit="(\w+)"/.exec(text)?.[1] }
}
