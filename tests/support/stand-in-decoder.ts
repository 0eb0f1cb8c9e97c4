import { parseDicom } from 'dicom-parser'
import type { Grid, Vec3 } from '../../src/core/types.ts'
import type { Decoded } from '../../src/import/itk.io.ts'
import { readMhaHeader } from '../../src/import/mha-header.ts'
import { niftiVoxel, readNiftiHeader } from '../../src/import/nifti-header.ts'
import { readNrrdHeader } from '../../src/import/nrrd-header.ts'

// The wasm decoder needs a browser; these read the plain files of scan-files.ts, so that everything around the decoder
// runs in Node. The browser journey runs the same cases with the real one.

const voxels = (grid: Grid) => grid.size[0] * grid.size[1] * grid.size[2]

export function useItkFrom(): void {}

export async function decodeFile(kind: 'nifti' | 'nrrd' | 'mha', data: Uint8Array): Promise<Decoded> {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength)
  if (kind === 'nifti') {
    const h = readNiftiHeader(data)
    return { grid: h.grid, values: Float32Array.from({ length: voxels(h.grid) }, (_, n) => niftiVoxel(view, h, n)) }
  }
  const h = kind === 'nrrd' ? readNrrdHeader(data) : readMhaHeader(data)
  return {
    grid: h.grid,
    values: Int16Array.from({ length: voxels(h.grid) }, (_, n) => view.getInt16(h.offset + 2 * n, true)),
  }
}

export async function decodeDicom(files: readonly Uint8Array[]): Promise<Decoded> {
  const sets = files.map((f) => parseDicom(f))
  const numbers = (n: number, tag: string) => (sets[n]?.string(tag) ?? '').split('\\').map(Number)
  const triple = (v: readonly number[]): Vec3 => [v[0] ?? 0, v[1] ?? 0, v[2] ?? 0]
  const [columns, rows] = [sets[0]?.uint16('x00280011') ?? 0, sets[0]?.uint16('x00280010') ?? 0]
  const values = new Int16Array(columns * rows * files.length)
  for (const [n, set] of sets.entries()) {
    const at = set.elements.x7fe00010?.dataOffset ?? 0
    const bytes = files[n]?.slice(at, at + 2 * columns * rows) ?? new Uint8Array()
    const [slope = 1] = numbers(n, 'x00281053')
    const [intercept = 0] = numbers(n, 'x00281052')
    values.set(
      new Int16Array(bytes.buffer).map((v) => v * slope + intercept),
      n * columns * rows,
    )
  }
  const [first, second] = [numbers(0, 'x00200032'), numbers(Math.min(1, files.length - 1), 'x00200032')]
  const step = Math.hypot(...first.map((v, n) => v - (second[n] ?? 0))) || 1
  const o = numbers(0, 'x00200037')
  const [a = 1, b = 0, c = 0, d = 0, e = 1, f = 0] = o
  const [dy = 1, dx = 1] = numbers(0, 'x00280030')
  return {
    values,
    grid: {
      size: [columns, rows, files.length],
      spacing: [dx, dy, step],
      origin: triple(first),
      direction: [a, d, b * f - c * e, b, e, c * d - a * f, c, f, a * e - b * d],
    },
  }
}
