import { PipelineError } from '../../core/errors.ts'
import type { Context, StageSpec } from '../../core/stage.ts'
import type { Mesh } from '../../core/types.ts'
import { type LoadManifold, type Solids, withSolids } from '../solid.ts'
import { fontOf } from './font.ts'
import { frameAt, type PickedPlace, UNPICKED } from './frame.ts'
import type { Mark } from './mark.ts'
import { textOutlines } from './outlines.ts'
import { type PrismEnds, prism, type Ring } from './prism.ts'
import { type HalfSize, type Relief, reliefUnder } from './relief.ts'
import { requireRoom, sampledHalf } from './room.ts'
import { FOLLOWING_EDGE_MM, rooted } from './rooted.ts'
import { inFrame } from './solid-frame.ts'
import { strokeWidthMm } from './strokes.ts'

export interface EmbossParams {
  readonly place: PickedPlace
  readonly lines: readonly string[]
  readonly how: 'emboss' | 'engrave'
  readonly capHeightMm: number
  /** Out of the surface or into it, square to it, mm. */
  readonly depthMm: number
  /** What the process prints at least: the process table's emboss width and depth, mm. */
  readonly leastStrokeMm: number
  readonly leastDepthMm: number
  /** How far embossed letters reach into the part, mm; never more than half of the wall. */
  readonly rootMm: number
  /** Material that stays below the letters, mm. */
  readonly leastWallMm: number
  readonly maxTiltDeg: number
}

/** 7.5 mm: the least height that reads at arm's length on a part (pubmed 31676423). The rest is for FDM. */
export const EMBOSS = {
  name: 'emboss',
  version: 1,
  defaults: {
    place: UNPICKED,
    lines: [],
    how: 'emboss',
    capHeightMm: 7.5,
    depthMm: 1.5,
    leastStrokeMm: 1,
    leastDepthMm: 1.5,
    rootMm: 1,
    leastWallMm: 0.8,
    maxTiltDeg: 40,
  },
} as const satisfies StageSpec<EmbossParams>

/** What marks need that is loaded on first use. */
export interface MarkTools {
  readonly load: LoadManifold
  /** Bytes of a TTF, OTF or WOFF font. */
  readonly font: () => Promise<ArrayBuffer>
}

/** Chords of curves stay this near to the font's outlines: below what any process prints. */
const FLAT_MM = 0.01
const SAMPLE_MM = 0.5
/** How far engraving cuts into the air, so that nothing of the surface is left over it. */
const CLEAR_MM = 0.5

/**
 * Lines of text on a picked face as a mark: letters follow the surface, so that each stands `depthMm` proud of it or deep in it and
 * is rooted all along its footprint, however the face is curved. The text is centred on the place and upright to its `upLps`.
 * @throws prepare/no-glyph; prepare/no-room when the face is too small, curved or thin, with the largest height that fits;
 * app/bad-parameter for strokes or a depth that the process does not print, with the least that it does.
 */
export async function textMark(mesh: Mesh, params: EmbossParams, ctx: Context, tools: MarkTools): Promise<Mark> {
  requireDepth(params)
  const font = fontOf(await tools.font())
  return withSolids(tools.load, (solids) => {
    ctx.signal.throwIfAborted()
    const { lines, capHeightMm } = params
    const rings = textOutlines(lines, font, { capHeightMm, flatMm: FLAT_MM }, solids)
    requireStrokes(rings, params, solids)
    ctx.progress(0.2, 'place')
    return markOf(mesh, rings, params, solids)
  })
}

function markOf(mesh: Mesh, rings: readonly Ring[], params: EmbossParams, solids: Solids): Mark {
  const { how, depthMm, leastWallMm, maxTiltDeg, capHeightMm } = params
  const frame = frameAt(params.place)
  const half = halfSizeOf(rings)
  const reachMm = Math.max(half.x, half.y) + depthMm + leastWallMm + params.rootMm
  const relief = reliefUnder(inFrame(mesh, frame, solids), sampledHalf(half), SAMPLE_MM, reachMm)
  const limits = { maxTiltDeg, leastWallMm: leastWallMm + (how === 'engrave' ? depthMm : 0) }
  requireRoom(relief, half, limits, capHeightMm)
  const body = prism(rings, how === 'emboss' ? proud(relief, params) : sunk(relief, params), frame, solids.lib)
  return { how: how === 'emboss' ? 'add' : 'remove', body }
}

/** Along the plane's normal a depth square to a leaning surface is longer. */
function proud(relief: Relief, { depthMm, rootMm }: EmbossParams): PrismEnds {
  return { ...rooted(relief, rootMm), top: (x, y) => relief.heightAt(x, y) + depthMm / relief.cosineAt(x, y) }
}

function sunk({ heightAt, cosineAt }: Relief, { depthMm }: EmbossParams): PrismEnds {
  return {
    top: (x, y) => heightAt(x, y) + CLEAR_MM,
    bottom: (x, y) => heightAt(x, y) - depthMm / cosineAt(x, y),
    maxEdgeMm: FOLLOWING_EDGE_MM,
  }
}

/** Half of what lines of text take up on a face, mm. Errors: prepare/no-glyph; app/bad-parameter for nothing to write. */
export async function textHalf(lines: readonly string[], capHeightMm: number, tools: MarkTools): Promise<HalfSize> {
  const font = fontOf(await tools.font())
  return withSolids(tools.load, (solids) =>
    halfSizeOf(textOutlines(lines, font, { capHeightMm, flatMm: FLAT_MM }, solids)),
  )
}

function halfSizeOf(rings: readonly Ring[]): HalfSize {
  const points = rings.flat()
  return {
    x: points.reduce((most, [x]) => Math.max(most, Math.abs(x)), 0),
    y: points.reduce((most, [, y]) => Math.max(most, Math.abs(y)), 0),
  }
}

function requireDepth({ depthMm, leastDepthMm }: EmbossParams): void {
  if (depthMm >= leastDepthMm && depthMm > 0) return
  throw new PipelineError(
    'app/bad-parameter',
    `Text of this depth does not show on a print. Make it ${leastDepthMm} mm or more.`,
    { depthMm, leastDepthMm },
  )
}

function requireStrokes(rings: readonly Ring[], { capHeightMm, leastStrokeMm }: EmbossParams, solids: Solids) {
  const strokeMm = strokeWidthMm(rings, leastStrokeMm, solids)
  if (strokeMm >= leastStrokeMm) return
  const leastHeightMm = Math.ceil((10 * capHeightMm * leastStrokeMm) / strokeMm) / 10
  throw new PipelineError(
    'app/bad-parameter',
    `The strokes are too thin to print. Write it ${leastHeightMm} mm high or more.`,
    { strokeMm, leastStrokeMm, leastHeightMm },
  )
}
