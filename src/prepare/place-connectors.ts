import type { CrossSection, Manifold } from 'manifold-3d'
import { PipelineError } from '../core/errors.ts'
import type { Mesh, Vec3 } from '../core/types.ts'
import { type Connector, FLARE, ROOT_MM } from './connector.ts'
import { splitSolid } from './cut.ts'
import { missed } from './pegs.ts'
import { type Frame, frameOf, type Plane, plus, toFrame } from './plane.ts'
import { type LoadManifold, type Solids, withSolids } from './solid.ts'
import { depthIn, type Outlines, type Point2, widestPlace } from './widest-place.ts'

export interface ConnectorWish {
  readonly plane: Plane
  readonly kind: Connector['kind']
  /** null chooses by the area of the cut: 1 below 100 mm2, 2 below 1000, else 3. A dovetail is always one. */
  readonly count: number | null
  /** Of a peg, a magnet, or the foot of a dovetail; null chooses a fifth of the side of a square of that area, 3 to 8 mm. */
  readonly diameterMm: number | null
  /** null takes the diameter. */
  readonly depthMm: number | null
  /** Material left around and under a socket. */
  readonly marginMm: number
  readonly clearanceMm: number
  /** Thinner pegs are not made: the least feature of the process. */
  readonly leastMm: number
}

export const CONNECTOR_WISH = {
  kind: 'peg',
  count: null,
  diameterMm: null,
  depthMm: null,
  marginMm: 1,
  clearanceMm: 0.2,
  leastMm: 2,
} as const satisfies Omit<ConnectorWish, 'plane'>

const STEP_MM = 0.5
/** Sections of the part are looked at so far apart. */
const SLICE_MM = 1
const [LEAST_DEFAULT_MM, MOST_DEFAULT_MM] = [3, 8]

/**
 * Connectors at the widest places of a cut, so far from its edge, from each other and from the walls above and below that the
 * margin is left all round. What was not asked for is made smaller, then fewer, until it fits. One round peg alone lets the
 * parts turn. Errors: prepare/no-room when nothing fits, with the area; app/bad-parameter when the plane misses; prepare/failed.
 */
export async function placeConnectors(mesh: Mesh, wish: ConnectorWish, load: LoadManifold): Promise<Connector[]> {
  return withSolids(load, (solids) => {
    const whole = solids.of(mesh)
    if (splitSolid(whole, wish.plane, solids) === null) throw missed()
    const frame = frameOf(wish.plane)
    const room = roomAround(solids.keep(whole.transform(toFrame(frame))), wish, solids)
    const areaMm2 = room.areaMm2
    for (const count of countsFor(wish, areaMm2))
      for (const diameterMm of diametersFor(wish, areaMm2)) {
        const depthMm = wish.depthMm ?? diameterMm
        const places = placesFor(room.outlines(depthMm), count, needMm(wish, diameterMm, depthMm))
        if (places !== null) return places.map((at) => connectorAt(at, diameterMm, depthMm, wish.kind, frame, room))
      }
    throw new PipelineError(
      'prepare/no-room',
      'The cut is too small for a connector. Move the plane to where the part is thicker, or cut without one.',
      { areaMm2, leastMm: wish.leastMm, marginMm: wish.marginMm },
    )
  })
}

function countsFor({ kind, count }: ConnectorWish, areaMm2: number): number[] {
  if (kind === 'dovetail') return [1]
  if (count !== null) return [Math.max(1, Math.round(count))]
  return [3, 2, 1].slice(areaMm2 < 100 ? 2 : areaMm2 < 1000 ? 1 : 0)
}

function diametersFor({ diameterMm, leastMm }: ConnectorWish, areaMm2: number): number[] {
  if (diameterMm !== null) return diameterMm >= leastMm ? [diameterMm] : []
  const fifth = Math.round(Math.sqrt(areaMm2) / 5 / STEP_MM) * STEP_MM
  const sizes: number[] = []
  for (let mm = Math.max(LEAST_DEFAULT_MM, Math.min(MOST_DEFAULT_MM, fifth)); mm >= leastMm; mm -= STEP_MM)
    sizes.push(mm)
  return sizes
}

/** From the middle of a connector to where the part may end. */
function needMm({ kind, clearanceMm, marginMm }: ConnectorWish, diameterMm: number, depthMm: number): number {
  const flare = kind === 'dovetail' ? FLARE * (depthMm + clearanceMm) : 0
  return diameterMm / 2 + flare + clearanceMm + marginMm
}

/** Null when there are not so many places. */
function placesFor(outlines: Outlines, count: number, needed: number): Point2[] | null {
  const places: Point2[] = []
  while (places.length < count) {
    const next = widestPlace(outlines, places)
    if (next === null || next.radiusMm < needed) return null
    places.push(next.at)
  }
  return places
}

interface Room {
  readonly areaMm2: number
  readonly cut: Outlines
  /** What is inside of the part at every height that a connector of this depth needs. */
  outlines(depthMm: number): Outlines
}

/** `body` is the part with the plane at height 0. */
function roomAround(body: Manifold, wish: ConnectorWish, { keep }: Solids): Room {
  const cut = keep(body.slice(0))
  const levels: CrossSection[] = []
  const level = (n: number): CrossSection => {
    const known = levels[n]
    if (known !== undefined) return known
    const below = n === 0 ? cut : level(n - 1)
    let both = keep(below.intersect(keep(body.slice(n === 0 ? -ROOT_MM : n * SLICE_MM))))
    if (wish.kind === 'magnet' && n > 0) both = keep(both.intersect(keep(body.slice(-n * SLICE_MM))))
    levels[n] = both
    return both
  }
  return {
    areaMm2: cut.area(),
    cut: cut.toPolygons(),
    outlines: (depthMm) => level(Math.ceil((depthMm + wish.clearanceMm + wish.marginMm) / SLICE_MM)).toPolygons(),
  }
}

function connectorAt(
  [x, y]: Point2,
  diameterMm: number,
  depthMm: number,
  kind: Connector['kind'],
  frame: Frame,
  { cut }: Room,
): Connector {
  const onPlane = (u: number, v: number): Vec3 => plus(plus([0, 0, 0], frame.u, u), frame.v, v)
  const atLps = plus(frame.origin, onPlane(x, y))
  if (kind !== 'dovetail') return { kind, atLps, diameterMm, depthMm }
  const [u, v] = shortestWay(cut, x, y)
  return { kind, atLps, slideLps: onPlane(u, v), widthMm: diameterMm, depthMm }
}

/** 15 degrees; numbers, because engines differ in the last bit of sines. */
const [COS, SIN] = [0.9659258262890683, 0.25881904510252074]

/** Of twelve directions the one in which the section is shortest through a point. */
function shortestWay(outlines: Outlines, x: number, y: number): Point2 {
  let [u, v] = [1, 0]
  let best: Point2 = [u, v]
  let shortest = Number.POSITIVE_INFINITY
  for (let n = 0; n < 12; n++) {
    const length = wayOut(outlines, x, y, u, v) + wayOut(outlines, x, y, -u, -v)
    if (length < shortest - 1e-6) {
      shortest = length
      best = [u, v]
    }
    ;[u, v] = [u * COS - v * SIN, u * SIN + v * COS]
  }
  return best
}

/** How far the section reaches from a point inside it, by steps as long as the room around each. */
function wayOut(outlines: Outlines, x: number, y: number, u: number, v: number): number {
  let mm = 0
  for (let n = 0; n < 1000; n++) {
    const room = depthIn(outlines, x + mm * u, y + mm * v)
    if (room < 0.01) break
    mm += room
  }
  return mm
}
