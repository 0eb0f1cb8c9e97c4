import { pacer, subContext } from '../core/pace.ts'
import type { Context } from '../core/stage.ts'
import type { Mesh } from '../core/types.ts'
import { type Around, type Beside, beside, trianglesAround } from './beside.ts'
import { surfaceTree } from './surface-tree.ts'
import { weldVertices } from './topology.ts'
import { trianglesNear } from './triangles-near.ts'

/** Places that come this near to the limit count as far too, as long as one is beyond it: it saves rounds. */
const CAUTION = 0.9

/**
 * Vertices of the input where it and the result are farther apart than a limit, one byte each, or null when they are so
 * nowhere. Measured are all vertices and triangle middles of the input, and the triangle middles of the result.
 */
export type FarPlaces = (result: Mesh, source: Int32Array, ctx: Context) => Promise<Uint8Array | null>

/**
 * Measures results against one input, one after the other. `source` gives the input's vertex in the same place as one of the
 * result, -1 for none: from there nearly every point finds the surface beside it; only the others are asked of a tree, which
 * holds what lies near to them. A point whose triangle is still in the next result is not measured again.
 * Memory: about 100 bytes a triangle.
 */
export function farPlaces(input: Mesh, limitMm: number): FarPlaces {
  const vertices = input.positions.length / 3
  const around = trianglesAround(input.indices, vertices)
  const onVertices = new Int32Array(vertices).fill(-1)
  const onMiddles = new Int32Array(input.indices.length / 3).fill(-1)
  let before: Fans | null = null
  /** Kept vertices around which every triangle of the last result lies near to the input. */
  let near = new Uint8Array(vertices)
  return async (result, source, ctx) => {
    const corners = cornersIn(result.indices, source)
    const kept = trianglesAround(corners, vertices)
    const same = sameFans(before, { corners, kept }, vertices)
    const nearNow = new Uint8Array(vertices).fill(1)
    const far = new Uint8Array(vertices)
    const markTriangle = (t: number) => {
      for (let k = 0; k < 3; k++) far[input.indices[3 * t + k] as number] = 1
    }
    /** The vertex by which a point remembers a triangle of the result. */
    const handle = (t: number) =>
      Math.max(corners[3 * t] as number, corners[3 * t + 1] as number, corners[3 * t + 2] as number)
    const isKnown = (v: number) => v >= 0 && same[v] === 1
    const toResult = { surface: result, limitMm, probe: beside(input, around, result, kept) }
    const toInput = { surface: input, limitMm, probe: beside(input, around, input, around) }
    const tooFar = [
      await measure(toResult, subContext(ctx, 0, 0.3), {
        ...vertexPoints(input),
        isSure: (v) => (kept.start[v + 1] as number) > (kept.start[v] as number) || isKnown(onVertices[v] as number),
        found: (v, t) => {
          onVertices[v] = handle(t)
        },
        close: (v) => {
          onVertices[v] = -1
          far[v] = 1
        },
      }),
      await measure(toResult, subContext(ctx, 0.3, 0.7), {
        ...middlePoints(input, input.indices),
        isSure: (t) => isKnown(onMiddles[t] as number),
        found: (t, on) => {
          onMiddles[t] = handle(on)
        },
        close: (t) => {
          onMiddles[t] = -1
          markTriangle(t)
        },
      }),
      await measure(toInput, subContext(ctx, 0.7, 1), {
        ...middlePoints(result, corners),
        isSure: (t) => isKnown(corners[3 * t] as number) && near[corners[3 * t] as number] === 1,
        found: () => {},
        close: (t, nearest) => {
          for (const v of corners.subarray(3 * t, 3 * t + 3)) if (v >= 0) nearNow[v] = 0
          if (nearest >= 0) markTriangle(nearest)
        },
      }),
    ]
    before = { corners, kept }
    near = nearNow
    return tooFar.includes(true) ? far : null
  }
}

/** By the input's vertices. A plain loop: "from" with a function took ten times as long. */
function cornersIn(indices: Uint32Array, source: Int32Array): Int32Array {
  const corners = new Int32Array(indices.length)
  for (let i = 0; i < indices.length; i++) corners[i] = source[indices[i] as number] as number
  return corners
}

/** The triangles of a result around each vertex of the input, by the input's vertices. */
interface Fans {
  readonly corners: Int32Array
  readonly kept: Around
}

/** One byte a vertex of the input: 1 where the same triangles stand around it, in the same order, in both results. */
function sameFans(before: Fans | null, now: Fans, vertices: number): Uint8Array {
  const same = new Uint8Array(vertices)
  if (before === null) return same
  for (let v = 0; v < vertices; v++) {
    const at = now.kept.start[v] as number
    const count = (now.kept.start[v + 1] as number) - at
    const was = before.kept.start[v] as number
    if (count === 0 || (before.kept.start[v + 1] as number) - was !== count) continue
    let isSame = true
    for (let i = 0; i < count && isSame; i++) {
      const s = 3 * (now.kept.member[at + i] as number)
      const t = 3 * (before.kept.member[was + i] as number)
      for (let k = 0; k < 3; k++) {
        const corner = now.corners[s + k] as number
        // A corner in a new place is never the same: it may have been in another one.
        isSame &&= corner >= 0 && corner === before.corners[t + k]
      }
    }
    same[v] = isSame ? 1 : 0
  }
  return same
}

/** Points of one surface, each with vertices of the input near to it. */
interface Points {
  readonly count: number
  aim(i: number): void
  readonly at: { x: number; y: number; z: number; readonly seeds: number[] }
}

interface Asked extends Points {
  /** Known from the last result, or by its place. */
  isSure(i: number): boolean
  /** Told a triangle well within the limit. */
  found(i: number, triangle: number): void
  /** Told a point beyond the limit, or not far from it, with the nearest triangle looked at, -1 for none. */
  close(i: number, nearest: number): void
}

interface Target {
  readonly surface: Mesh
  readonly limitMm: number
  readonly probe: Beside
}

/** Whether any point is beyond the limit. */
async function measure({ surface, limitMm, probe }: Target, ctx: Context, asked: Asked): Promise<boolean> {
  const { count, aim, at, isSure, found, close } = asked
  const cautionMm = CAUTION * limitMm
  const open: number[] = []
  const points: number[] = []
  const { breathe } = pacer(ctx)
  for (let i = 0; i < count; i++) {
    if (i % 1024 === 0) await breathe(i / count)
    if (isSure(i)) continue
    aim(i)
    if (probe.look(at.seeds, at.x, at.y, at.z, cautionMm) <= cautionMm * cautionMm) {
      found(i, probe.seen.triangle)
      continue
    }
    open.push(i)
    points.push(at.x, at.y, at.z)
  }
  if (open.length === 0) return false
  const part = trianglesNear(surface, points, limitMm)
  const tree = surfaceTree(part.mesh)
  let tooFar = false
  for (const [n, i] of open.entries()) {
    if (n % 1024 === 0) await breathe(1)
    aim(i)
    const near = tree.within(at.x, at.y, at.z, cautionMm)
    if (near >= 0) {
      found(i, part.triangles[near] as number)
      continue
    }
    tooFar ||= tree.within(at.x, at.y, at.z, limitMm) < 0
    probe.look(at.seeds, at.x, at.y, at.z, cautionMm)
    close(i, probe.seen.triangle)
  }
  return tooFar
}

function vertexPoints({ positions: p }: Mesh): Points {
  const at = { x: 0, y: 0, z: 0, seeds: [0] }
  const aim = (v: number) => {
    at.seeds[0] = v
    at.x = p[3 * v] as number
    at.y = p[3 * v + 1] as number
    at.z = p[3 * v + 2] as number
  }
  return { count: p.length / 3, aim, at }
}

/** Triangle middles; `corners` are the vertices of the input to start from. */
function middlePoints({ positions: p, indices }: Mesh, corners: Uint32Array | Int32Array): Points {
  const at = { x: 0, y: 0, z: 0, seeds: [0, 0, 0] }
  const aim = (t: number) => {
    const [a, b, c] = [indices[3 * t] as number, indices[3 * t + 1] as number, indices[3 * t + 2] as number]
    at.x = ((p[3 * a] as number) + (p[3 * b] as number) + (p[3 * c] as number)) / 3
    at.y = ((p[3 * a + 1] as number) + (p[3 * b + 1] as number) + (p[3 * c + 1] as number)) / 3
    at.z = ((p[3 * a + 2] as number) + (p[3 * b + 2] as number) + (p[3 * c + 2] as number)) / 3
    for (let k = 0; k < 3; k++) at.seeds[k] = corners[3 * t + k] as number
  }
  return { count: indices.length / 3, aim, at }
}

/** For each of `positions` the vertex of `input` at bitwise the same place, -1 for none. */
export function samePlaces(input: Float32Array, positions: Float32Array): Int32Array {
  const both = new Float32Array(input.length + positions.length)
  both.set(input)
  both.set(positions, input.length)
  const first = weldVertices(both).subarray(input.length / 3)
  return Int32Array.from(first, (v) => (v < input.length / 3 ? v : -1))
}
