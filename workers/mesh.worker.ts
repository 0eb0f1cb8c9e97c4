import './trusted-types.ts'
import './wire.ts'
import { expose, transfer } from 'comlink'
import type { Mesh } from '../src/core/types.ts'
import { type BodiesInput, exportBodies } from '../src/export/export.io.ts'
import { type DecimateParams, decimate } from '../src/prepare/decimate.ts'
import { type LayFlatParams, layFlat } from '../src/prepare/lay-flat.ts'
import { loadManifold } from '../src/prepare/manifold.io.ts'
import { type RepairParams, repair } from '../src/prepare/repair.ts'
import { type SmoothParams, smooth } from '../src/prepare/smooth.ts'
import { type CheckInput, type CheckParams, checkMesh } from '../src/qa/check.ts'
import type { Deviation } from '../src/qa/deviation.ts'
import { solidCount } from '../src/qa/solids.ts'
import { type ProgressListener, workerContext } from './context.ts'
import { meshEdits } from './mesh-edits.ts'
import { meshMarks } from './mesh-marks.ts'

const buffersOf = ({ positions, indices }: Mesh) => [positions.buffer as ArrayBuffer, indices.buffer as ArrayBuffer]
const send = (mesh: Mesh): Mesh => transfer(mesh, buffersOf(mesh))

/** Geometry on the CPU and in wasm. Meshes come in as copies; results are transferred. */
const api = {
  ...meshEdits,
  ...meshMarks,

  async smooth(mesh: Mesh, params: SmoothParams, signal: AbortSignal, onProgress: ProgressListener) {
    return send(await smooth(mesh, params, workerContext(signal, onProgress)))
  },

  async decimate(mesh: Mesh, params: DecimateParams, signal: AbortSignal, onProgress: ProgressListener) {
    return send(await decimate(mesh, params, workerContext(signal, onProgress)))
  },

  async repair(mesh: Mesh, params: RepairParams, signal: AbortSignal, onProgress: ProgressListener) {
    const repaired = await repair(mesh, params, workerContext(signal, onProgress), loadManifold)
    return transfer(repaired, buffersOf(repaired.mesh))
  },

  layFlat(mesh: Mesh, params: LayFlatParams, signal: AbortSignal, onProgress: ProgressListener) {
    return send(layFlat(mesh, params, workerContext(signal, onProgress)))
  },

  /** Separate solids, cavities not counted. */
  solids: (mesh: Mesh): number => solidCount(mesh),

  /** `away` gives the distances, which the measure worker finds meanwhile. */
  async check(
    input: CheckInput,
    params: CheckParams,
    signal: AbortSignal,
    onProgress: ProgressListener,
    away: () => Promise<Deviation>,
  ) {
    const result = await checkMesh(input, params, workerContext(signal, onProgress), () => away())
    return transfer(result, [result.thicknessMm.buffer as ArrayBuffer, result.deviationMm.buffer as ArrayBuffer])
  },

  /** Releases, writes, reads back. */
  write(input: BodiesInput, signal: AbortSignal, onProgress: ProgressListener) {
    return exportBodies(input, workerContext(signal, onProgress))
  },
}

export type MeshApi = typeof api

expose(api)
