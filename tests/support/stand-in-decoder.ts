import { parseDicom } from 'dicom-parser'
import { PipelineError } from '../../src/core/errors.ts'
import type { Grid } from '../../src/core/types.ts'
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

/** Stored integers of files as pixel-file.ts writes them, not compressed and little-endian. */
export async function decodeDicom(files: readonly Uint8Array[]): Promise<Decoded> {
  const slices = files.map(storedPixels)
  const [first] = slices
  if (!first) throw new Error('no files')
  const values = new first.Type(first.values.length * files.length)
  for (const [n, slice] of slices.entries()) values.set(slice.values, n * first.values.length)
  return {
    values,
    grid: {
      size: [first.columns, first.rows, files.length],
      spacing: [1, 1, 1],
      origin: [0, 0, 0],
      direction: [1, 0, 0, 0, 1, 0, 0, 0, 1],
    },
  }
}

const TYPES = { 8: [Uint8Array, Int8Array], 16: [Uint16Array, Int16Array], 32: [Uint32Array, Int32Array] } as const

function storedPixels(file: Uint8Array) {
  const set = parseDicom(file)
  // Compressed pixels need the real codec; those of the tests in Node are all noise, which it refuses.
  if (set.elements.x7fe00010?.fragments) throw new PipelineError('import/corrupt', 'The stand-in has no codec at all.')
  const short = (tag: string) => set.uint16(tag) ?? 0
  const Type = TYPES[short('x00280100') as keyof typeof TYPES][short('x00280103') as 0 | 1]
  const [columns, rows] = [short('x00280011'), short('x00280010')]
  const at = set.elements.x7fe00010?.dataOffset ?? 0
  const values = new Type(file.slice(at, at + Type.BYTES_PER_ELEMENT * columns * rows).buffer)
  return { columns, rows, Type, values }
}
