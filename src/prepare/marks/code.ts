import { encode } from 'uqr'
import { PipelineError } from '../../core/errors.ts'
import type { Context, StageSpec } from '../../core/stage.ts'
import type { Mesh } from '../../core/types.ts'
import { type LoadManifold, type Solids, withSolids } from '../solid.ts'
import { frameAt, type PickedPlace, UNPICKED } from './frame.ts'
import type { Mark } from './mark.ts'
import { prism, type Ring } from './prism.ts'
import { reliefUnder } from './relief.ts'
import { requireRoom, sampledHalf } from './room.ts'
import { highestMm, rooted } from './rooted.ts'
import { rectangle } from './shapes.ts'
import { inFrame } from './solid-frame.ts'

export interface CodeParams {
  readonly place: PickedPlace
  /** The trace id. */
  readonly text: string
  /** Whether dark modules stand out of the plate or are sunk into it. */
  readonly modules: 'raised' | 'sunk'
  readonly moduleMm: number
  /** Smallest feature that the process prints, mm. */
  readonly leastFeatureMm: number
  /** Out of the plate or into it, mm. */
  readonly depthMm: number
  /** Plate over the highest point of the surface below it, mm; more than a sunk depth. */
  readonly plateMm: number
  readonly rootMm: number
  readonly leastWallMm: number
  readonly maxTiltDeg: number
}

export const CODE = {
  name: 'code',
  version: 1,
  defaults: {
    place: UNPICKED,
    text: '',
    modules: 'raised',
    moduleMm: 1,
    leastFeatureMm: 0.5,
    depthMm: 0.8,
    plateMm: 1.5,
    rootMm: 1,
    leastWallMm: 0.8,
    maxTiltDeg: 40,
  },
} as const satisfies StageSpec<CodeParams>

/** Light modules on each side (ISO/IEC 18004, 6.3.8). */
const QUIET = 4
/** Modules a side of the smallest symbol (version 1). */
const SMALLEST = 21
/** A quarter of the symbol may be unreadable: prints are scratched. A trace id still fits the smallest symbol. */
const LEVEL = 'Q'
/** Dark modules are this much wider, so that two that meet at a corner share an edge's width and no single line. */
const GROWTH = 0.05
const SAMPLE_MM = 0.5
/** Modules overlap the plate, or the air over it, by this. */
const OVERLAP_MM = 0.2

/**
 * A QR code (ISO/IEC 18004) on a flat plate, square to the picked place, as a mark. The plate holds the quiet zone and is rooted in
 * the surface below it however that is curved. Dark modules are those that stand out (or are sunk): ink or shadow tells them.
 * @throws app/bad-parameter for modules below the process's feature or a plate thinner than sunk modules; prepare/no-room with
 * the largest module in mm that fits.
 */
export async function codeMark(mesh: Mesh, params: CodeParams, ctx: Context, load: LoadManifold): Promise<Mark> {
  requireCode(params)
  const dark = encode(params.text, { ecc: LEVEL, border: 0 }).data
  return withSolids(load, (solids): Mark => {
    ctx.signal.throwIfAborted()
    return { how: 'add', body: plateWithCode(mesh, dark, params, solids) }
  })
}

/** Side of the plate of a code of a trace id, which fits the smallest symbol. */
export const codeSideMm = (moduleMm: number): number => moduleMm * (SMALLEST + 2 * QUIET)

function plateWithCode(mesh: Mesh, dark: readonly boolean[][], params: CodeParams, solids: Solids): Mesh {
  const { moduleMm, plateMm, rootMm, depthMm, leastWallMm, maxTiltDeg } = params
  const frame = frameAt(params.place)
  const side = (moduleMm * (dark.length + 2 * QUIET)) / 2
  const half = { x: side, y: side }
  const reachMm = 2 * side + rootMm + leastWallMm
  const relief = reliefUnder(inFrame(mesh, frame, solids), sampledHalf(half), SAMPLE_MM, reachMm)
  requireRoom(relief, half, { maxTiltDeg, leastWallMm }, moduleMm)
  const topMm = plateMm + highestMm(relief)
  const isRaised = params.modules === 'raised'
  const [bottom, top] = isRaised ? [-OVERLAP_MM, depthMm] : [-depthMm, OVERLAP_MM]
  const slab = prism([rectangle(0, 0, side, side)], { ...rooted(relief, rootMm), top: () => topMm }, frame, solids.lib)
  const ends = { bottom: () => topMm + bottom, top: () => topMm + top, maxEdgeMm: Number.POSITIVE_INFINITY }
  const modules = prism(moduleRings(dark, moduleMm, solids), ends, frame, solids.lib)
  const [plate, raised] = [solids.of(slab), solids.of(modules)]
  return solids.mesh(solids.keep(isRaised ? plate.add(raised) : plate.subtract(raised)))
}

/** Outlines of the dark modules, row 0 on top. */
function moduleRings(dark: readonly boolean[][], moduleMm: number, { lib, keep }: Solids): Ring[] {
  const grown = (moduleMm / 2) * (1 + GROWTH)
  const centre = (n: number) => (n - (dark.length - 1) / 2) * moduleMm
  const squares = dark.flatMap((row, j) =>
    row.flatMap((isDark, i) => (isDark ? [rectangle(centre(i), -centre(j), grown, grown)] : [])),
  )
  return keep(new lib.CrossSection(squares, 'NonZero')).toPolygons()
}

function requireCode({ text, moduleMm, leastFeatureMm, modules, depthMm, plateMm }: CodeParams): void {
  if (text === '') throw new PipelineError('app/bad-parameter', 'A code needs a trace id. Run the checks first.')
  if (!(moduleMm >= leastFeatureMm) || !(depthMm > 0)) {
    throw new PipelineError(
      'app/bad-parameter',
      `Squares of this size do not print. Make them ${leastFeatureMm} mm or more.`,
      { moduleMm, leastFeatureMm, depthMm },
    )
  }
  if (modules === 'sunk' && depthMm >= plateMm) {
    throw new PipelineError('app/bad-parameter', 'The code is deeper than its plate. Make the plate thicker.', {
      depthMm,
      plateMm,
    })
  }
}
