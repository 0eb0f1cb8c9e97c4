import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import vtkDataArray from '@kitware/vtk.js/Common/Core/DataArray'
import vtkImageData from '@kitware/vtk.js/Common/DataModel/ImageData'
import vtkImageMarchingCubes from '@kitware/vtk.js/Filters/General/ImageMarchingCubes'
import isosurface from 'isosurface'
import ndarray from 'ndarray'
import surfaceNets from 'surface-nets'
import type { Volume } from '../../src/core/types.ts'
import { writeNiftiVolume } from '../../src/export/nifti.ts'

/** Half a stored integer below the limit, where our surface of values >= limit lies too. */
export interface PeerJob {
  readonly volume: Volume
  readonly isoValue: number
}

// The peer reports each run on the console.
console.time = () => {}
console.timeEnd = () => {}

/** Welded. Number of vertices. */
export function onVtk({ volume, isoValue }: PeerJob): number {
  const image = vtkImageData.newInstance()
  image.setDimensions([...volume.grid.size])
  image.setSpacing([...volume.grid.spacing])
  image.getPointData().setScalars(vtkDataArray.newInstance({ name: 'values', values: volume.data }))
  const filter = vtkImageMarchingCubes.newInstance({ contourValue: isoValue, computeNormals: false, mergePoints: true })
  filter.setInputData(image)
  filter.update()
  return filter.getOutputData().getPoints().getNumberOfPoints()
}

/** A dual surface, welded. Number of vertices. */
export function onSurfaceNets({ volume, isoValue }: PeerJob): number {
  const [nx, ny, nz] = volume.grid.size
  return surfaceNets(ndarray(volume.data, [nx, ny, nz], [1, nx, nx * ny]), isoValue).positions.length
}

/** Unwelded. Number of vertices. */
export function onIsosurface({ volume, isoValue }: PeerJob): number {
  const { data, grid } = volume
  const [nx, ny, nz] = grid.size
  const value = (x: number, y: number, z: number) => (data[x + nx * (y + ny * z)] as number) - isoValue
  const bounds = [
    [0, 0, 0],
    [nx, ny, nz],
  ] as const
  return isosurface.marchingCubes([nx, ny, nz], value, bounds).positions.length
}

interface Niimath {
  FS_createDataFile(folder: string, name: string, bytes: Uint8Array, canRead: boolean, canWrite: boolean): void
  FS_unlink(name: string): void
  callMain(args: readonly string[]): number
}

type NiimathFactory = (settings: {
  readonly wasmBinary: Uint8Array
  print(line: string): void
  printErr(line: string): void
}) => Promise<Niimath>

/** What one call of niimath took: as a whole, and of that its marching cubes and welding, by its own clock. */
export interface NiimathTimes {
  readonly wholeMs: number
  readonly surfaceMs: number
  readonly vertices: number
}

/** Loads niimath once. It reads a NIfTI and writes a mesh in memory, as in a page. */
export async function openNiimath(): Promise<(job: PeerJob) => NiimathTimes> {
  // Not through its package: that offers only a page's worker.
  const folder = resolve('node_modules/@niivue/niimath/dist')
  const url = pathToFileURL(join(folder, 'niimath.js')).href
  const module: { default: NiimathFactory } = await import(/* @vite-ignore */ url)
  let said: string[] = []
  const print = (line: string) => said.push(line)
  const wasmBinary = readFileSync(join(folder, 'niimath.wasm'))
  const niimath = await module.default({ wasmBinary, print, printErr: print })
  return ({ volume, isoValue }) => {
    said = []
    const start = performance.now()
    niimath.FS_createDataFile('.', 'in.nii', writeNiftiVolume(volume), true, true)
    // Original marching cubes, no smoothing, no reduction, every piece.
    const how = ['-p', '0', '-r', '1', '-s', '0', '-l', '0', '-v', '1', '-o', '1']
    const code = niimath.callMain(['in.nii', '-mesh', '-i', `${isoValue}`, ...how, 'out.mz3'])
    if (code !== 0) throw new Error(`niimath ended with ${code}: ${said.at(-1)}`)
    const wholeMs = performance.now() - start
    niimath.FS_unlink('in.nii')
    niimath.FS_unlink('out.mz3')
    const text = said.join('\n')
    const figure = (pattern: RegExp) => Number(pattern.exec(text)?.[1] ?? Number.NaN)
    const surfaceMs = figure(/marching cubes[^:]*: (\d+) ms/) + figure(/vertex welding[^:]*: (\d+) ms/)
    return { wholeMs, surfaceMs, vertices: figure(/vertex welding \d+ -> (\d+)/) }
  }
}
