import vtkDataArray from '@kitware/vtk.js/Common/Core/DataArray'
import vtkImageData from '@kitware/vtk.js/Common/DataModel/ImageData'
import vtkImageMarchingCubes from '@kitware/vtk.js/Filters/General/ImageMarchingCubes'
import { IDLE_CONTEXT } from '../../src/core/stage.ts'
import type { Mesh, Volume } from '../../src/core/types.ts'
import { destroyVolume, uploadVolume } from '../../src/gpu/volume.gpu.ts'
import { thresholdGpu } from '../../src/segment/threshold.gpu.ts'
import { threshold } from '../../src/segment/threshold.ts'
import { marchingCubesGpu } from '../../src/surface/marching-cubes.gpu.ts'
import { marchingCubes } from '../../src/surface/marching-cubes.ts'
import { closeDawn, openDawn } from '../support/dawn.ts'
import { type Bench, type BenchRow, benchRow, CPU, pairedMedians } from '../support/paired.ts'
import { gyroidVolume } from '../support/phantoms.ts'

const WORK = 'surface: gyroid in a ball, int16 volume to welded mesh'
const PEER = '@kitware/vtk.js 37.4.3 ImageMarchingCubes, mergePoints'
const LIMITS = { lowHu: 0, highHu: 32767 }
const PLACE = { lowHu: 0, highHu: null }

async function onCpu(volume: Volume): Promise<Mesh> {
  return marchingCubes({ mask: threshold(volume, LIMITS, IDLE_CONTEXT), volume }, PLACE, IDLE_CONTEXT)
}

/** From the same typed array as the others, so with the upload and the readback. */
async function onGpu(volume: Volume, device: GPUDevice): Promise<Mesh> {
  const ctx = { ...IDLE_CONTEXT, device }
  const gpuVolume = await uploadVolume(device, volume)
  const mask = await thresholdGpu(gpuVolume, LIMITS, ctx)
  const mesh = await marchingCubesGpu({ mask, volume, gpuVolume }, PLACE, ctx)
  destroyVolume(gpuVolume)
  return mesh
}

// The peer reports each run on the console.
console.time = () => {}
console.timeEnd = () => {}

/** Number of vertices, to see that both make the same surface. */
function onVtk(volume: Volume): number {
  const image = vtkImageData.newInstance()
  image.setDimensions([...volume.grid.size])
  image.setSpacing([...volume.grid.spacing])
  image.getPointData().setScalars(vtkDataArray.newInstance({ name: 'values', values: volume.data }))
  // Half a stored integer below the limit, where our surface lies too.
  const filter = vtkImageMarchingCubes.newInstance({ contourValue: -0.5, computeNormals: false, mergePoints: true })
  filter.setInputData(image)
  filter.update()
  return filter.getOutputData().getPoints().getNumberOfPoints()
}

async function mustAgree(volume: Volume): Promise<void> {
  const [ours, theirs] = [(await onCpu(volume)).positions.length / 3, onVtk(volume)]
  if (ours !== theirs) throw new Error(`not the same surface: ${ours} vertices here, ${theirs} in the peer`)
}

async function atSize(n: number, rounds: number): Promise<BenchRow[]> {
  const volume = gyroidVolume(n)
  await mustAgree(volume)
  const opened = await openDawn()
  const { adapterName: adapter, isFallback } = opened
  const ms = await pairedMedians(
    {
      vtk: () => onVtk(volume),
      cpu: () => onCpu(volume),
      webgpu: () => onGpu(volume, opened.device),
    },
    rounds,
  )
  await closeDawn(opened.device)
  const row = { work: WORK, size: `${n}^3`, peer: PEER }
  return [
    benchRow({ ...row, subject: 'cpu', ...CPU }, ms.cpu, ms.vtk),
    benchRow({ ...row, subject: 'webgpu', adapter, isFallback }, ms.webgpu, ms.vtk),
  ]
}

export const benches: readonly Bench[] = [
  { name: 'surface 128', run: () => atSize(128, 9) },
  { name: 'surface 256', run: () => atSize(256, 5) },
]
