import vtkPolyData from '@kitware/vtk.js/Common/DataModel/PolyData'
import vtkWindowedSincPolyDataFilter from '@kitware/vtk.js/Filters/General/WindowedSincPolyDataFilter'
import { IDLE_CONTEXT } from '../../src/core/stage.ts'
import type { Mesh } from '../../src/core/types.ts'
import { smoothGpu } from '../../src/prepare/smooth.gpu.ts'
import { type SmoothParams, smooth } from '../../src/prepare/smooth.ts'
import { closeDawn, openDawn } from '../support/dawn.ts'
import { surfaceOf } from '../support/kernel-meshes.ts'
import { type Bench, type BenchRow, benchRow, pairedMedians } from '../support/paired.ts'
import { gyroidVolume } from '../support/phantoms.ts'

const ITERATIONS = 20
const PASS_BAND = 0.1
const WORK = `Taubin: ${ITERATIONS} iterations over the surface of a gyroid`
const PEER = `@kitware/vtk.js 37.4.3 WindowedSincPolyDataFilter, ${ITERATIONS} iterations`
const CPU = { adapter: `JavaScript, Node ${process.versions.node}`, isFallback: false }

/** An iteration here is two passes over the rings, one there. The bound on shifts is work that the peer does not do. */
const PARAMS: SmoothParams = { iterations: ITERATIONS, passBand: PASS_BAND, maxShiftMm: 0.25 }

/** As the peer wants triangles: each with its number of corners before it. */
function polygonsOf({ indices }: Mesh): Uint32Array {
  const polygons = new Uint32Array((indices.length / 3) * 4)
  for (let t = 0; t < indices.length / 3; t++) polygons.set([3, ...indices.subarray(3 * t, 3 * t + 3)], 4 * t)
  return polygons
}

function onVtk(positions: Float32Array, polygons: Uint32Array): Float32Array {
  const input = vtkPolyData.newInstance()
  input.getPoints().setData(positions, 3)
  input.getPolys().setData(polygons)
  const filter = vtkWindowedSincPolyDataFilter.newInstance({ numberOfIterations: ITERATIONS, passBand: PASS_BAND })
  filter.setInputData(input)
  filter.update()
  return filter.getOutputData().getPoints().getData()
}

/** Both must have smoothed: the surface moved, and not far. */
function mustHaveSmoothed(before: Float32Array, after: Float32Array): void {
  let most = 0
  for (let i = 0; i < before.length; i++) most = Math.max(most, Math.abs((after[i] as number) - (before[i] as number)))
  if (!(most > 0.1 && most < 3)) throw new Error(`not a smoothed surface: coordinates moved by up to ${most} mm`)
}

async function smoothing(): Promise<BenchRow[]> {
  const mesh = await surfaceOf(gyroidVolume(224))
  const polygons = polygonsOf(mesh)
  mustHaveSmoothed(mesh.positions, onVtk(mesh.positions, polygons))
  mustHaveSmoothed(mesh.positions, (await smooth(mesh, PARAMS, IDLE_CONTEXT)).positions)
  const opened = await openDawn()
  const { adapterName: adapter, isFallback } = opened
  const ctx = { ...IDLE_CONTEXT, device: opened.device }
  const ms = await pairedMedians(
    {
      vtk: () => onVtk(mesh.positions, polygons),
      cpu: () => smooth(mesh, PARAMS, IDLE_CONTEXT),
      webgpu: () => smoothGpu(mesh, PARAMS, ctx),
    },
    5,
  )
  await closeDawn(opened.device)
  const row = { work: WORK, size: `${(mesh.positions.length / 3e6).toFixed(1)} M vertices`, peer: PEER }
  return [
    benchRow({ ...row, subject: 'cpu', ...CPU }, ms.cpu, ms.vtk),
    benchRow({ ...row, subject: 'webgpu', adapter, isFallback }, ms.webgpu, ms.vtk),
  ]
}

export const benches: readonly Bench[] = [{ name: 'Taubin 0.5 M vertices', run: smoothing }]
