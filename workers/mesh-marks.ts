import type { Mesh } from '../src/core/types.ts'
import { loadManifold } from '../src/prepare/manifold.io.ts'
import { type BasePlateParams, basePlateMark } from '../src/prepare/marks/base-plate.ts'
import { type CodeParams, codeMark } from '../src/prepare/marks/code.ts'
import { type EmbossParams, type MarkTools, textHalf, textMark } from '../src/prepare/marks/emboss.ts'
import { loadMarkFont } from '../src/prepare/marks/font.io.ts'
import { type HangingHoleParams, hangingHoleMark } from '../src/prepare/marks/hanging-hole.ts'
import { type LandingParams, landingBlocks } from '../src/prepare/marks/landing-blocks.ts'
import { applyMark, type Mark } from '../src/prepare/marks/mark.ts'
import { facesOfMark } from '../src/prepare/marks/mark-faces.ts'
import { type StandParams, standMark } from '../src/prepare/marks/stand.ts'
import { type ProgressListener, workerContext } from './context.ts'

const TOOLS: MarkTools = { load: loadManifold, font: loadMarkFont }

/**
 * Marks on parts, for the mesh worker. Each op makes a mark from the part; applyMark then goes over the part and over its
 * reference with the same mark.
 */
export const meshMarks = {
  textMark(mesh: Mesh, params: EmbossParams, signal: AbortSignal, onProgress: ProgressListener) {
    return textMark(mesh, params, workerContext(signal, onProgress), TOOLS)
  },

  textHalf: (lines: readonly string[], capHeightMm: number) => textHalf(lines, capHeightMm, TOOLS),

  codeMark(mesh: Mesh, params: CodeParams, signal: AbortSignal, onProgress: ProgressListener) {
    return codeMark(mesh, params, workerContext(signal, onProgress), loadManifold)
  },

  basePlateMark(mesh: Mesh, params: BasePlateParams, signal: AbortSignal, onProgress: ProgressListener) {
    return basePlateMark(mesh, params, workerContext(signal, onProgress), loadManifold)
  },

  standMark(mesh: Mesh, params: StandParams, signal: AbortSignal, onProgress: ProgressListener) {
    return standMark(mesh, params, workerContext(signal, onProgress), loadManifold)
  },

  hangingHoleMark(mesh: Mesh, params: HangingHoleParams, signal: AbortSignal, onProgress: ProgressListener) {
    return hangingHoleMark(mesh, params, workerContext(signal, onProgress), loadManifold)
  },

  landingBlocks(mesh: Mesh, params: LandingParams, signal: AbortSignal, onProgress: ProgressListener) {
    return landingBlocks(mesh, params, workerContext(signal, onProgress), loadManifold)
  },

  facesOfMark: (marked: Mesh, before: Mesh, mark: Mark) => facesOfMark(marked, before, mark),

  applyMark(mesh: Mesh, mark: Mark, signal: AbortSignal, onProgress: ProgressListener) {
    return applyMark(mesh, mark, workerContext(signal, onProgress), loadManifold)
  },
}
