import { IDLE_CONTEXT } from '../../src/core/stage.ts'
import type { Mesh, Volume } from '../../src/core/types.ts'
import { destroyVolume, uploadVolume } from '../../src/gpu/volume.gpu.ts'
import { fieldSurfaceGpu } from '../../src/surface/field.gpu.ts'
import { fieldSurface } from '../../src/surface/field.ts'
import { closeDawn, openDawn } from '../support/dawn.ts'
import { type Bench, type BenchRow, benchRow, CPU, pairedMedians } from '../support/paired.ts'
import { gyroidVolume } from '../support/phantoms.ts'
import { onIsosurface, onSurfaceNets, onVtk, openNiimath, type PeerJob } from '../support/surface-peers.ts'

const WORK = 'surface: gyroid in a ball, int16 volume to welded mesh'
const INSIDE = { lowHu: 0, highHu: null }
const ISO = -0.5

/** From the same typed array as the others, so with the upload and the readback. */
async function onGpu(volume: Volume, device: GPUDevice): Promise<Mesh> {
  const gpuVolume = await uploadVolume(device, volume)
  const mesh = await fieldSurfaceGpu(gpuVolume, INSIDE, { ...IDLE_CONTEXT, device })
  destroyVolume(gpuVolume)
  return mesh
}

async function atSize(n: number, rounds: number): Promise<BenchRow[]> {
  const volume = gyroidVolume(n)
  const job: PeerJob = { volume, isoValue: ISO }
  const niimath = await openNiimath()
  const ours = (await fieldSurface(volume, INSIDE, IDLE_CONTEXT)).positions.length / 3
  for (const theirs of [onVtk(job), niimath(job).vertices])
    if (ours !== theirs) throw new Error(`not the same surface: ${ours} vertices here, ${theirs} in the peer`)
  const opened = await openDawn()
  const { adapterName: adapter, isFallback } = opened
  const ms = await pairedMedians(
    {
      vtk: () => onVtk(job),
      niimath: () => ({ ownMs: niimath(job).surfaceMs }),
      whole: () => ({ ownMs: niimath(job).wholeMs }),
      nets: () => onSurfaceNets(job),
      isosurface: () => onIsosurface(job),
      cpu: () => fieldSurface(volume, INSIDE, IDLE_CONTEXT),
      webgpu: () => onGpu(volume, opened.device),
    },
    rounds,
  )
  await closeDawn(opened.device)
  const row = { work: WORK, size: `${n}^3` }
  const cpu = { ...row, subject: 'cpu', ...CPU }
  const vtk = '@kitware/vtk.js 37.4.3 ImageMarchingCubes, mergePoints'
  return [
    benchRow({ ...cpu, peer: vtk }, ms.cpu, ms.vtk),
    benchRow({ ...cpu, peer: '@niivue/niimath 1.0.1 WASM, marching cubes and weld alone' }, ms.cpu, ms.niimath),
    benchRow({ ...cpu, peer: '@niivue/niimath 1.0.1 WASM, whole call' }, ms.cpu, ms.whole),
    benchRow({ ...cpu, peer: 'surface-nets 1.0.2, dual' }, ms.cpu, ms.nets),
    benchRow({ ...cpu, peer: 'isosurface 1.0.0 marchingCubes, not welded' }, ms.cpu, ms.isosurface),
    benchRow({ ...row, peer: vtk, subject: 'webgpu', adapter, isFallback }, ms.webgpu, ms.vtk),
  ]
}

export const benches: readonly Bench[] = [
  { name: 'surface 128', run: () => atSize(128, 9) },
  { name: 'surface 256', run: () => atSize(256, 5) },
]
