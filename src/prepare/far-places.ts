import { pacer, subContext } from '../core/pace.ts'
import type { Context } from '../core/stage.ts'
import type { Mesh } from '../core/types.ts'
import { sameTriangles } from './same-triangles.ts'
import { surfaceGrid } from './surface-grid.ts'
import type { NearSurface } from './surface-tree.ts'

/** Places that come this near to the limit count as far too, as long as one is beyond it: it saves rounds. */
const CAUTION = 0.9

/**
 * Vertices of the input where it and the result are farther apart than a limit, one byte each, or null when they are so
 * nowhere. Measured are all vertices and triangle middles of the input, and the triangle middles of the result.
 */
export type FarPlaces = (result: Mesh, ctx: Context) => Promise<Uint8Array | null>

/**
 * Measures results against one input, one after the other. A point that lay near to a triangle which is in the next result
 * too is not measured again. Memory: about 60 bytes a triangle of either.
 */
export function farPlaces(input: Mesh, limitMm: number): FarPlaces {
  const nearInput = surfaceGrid(input)
  const vertices = vertexPoints(input)
  const middles = middlePoints(input)
  /** Triangle of the last result that each point lies near to, -1 for none. */
  const onVertices = new Int32Array(vertices.count).fill(-1)
  const onMiddles = new Int32Array(middles.count).fill(-1)
  let last: { result: Mesh; onInput: Int32Array } | null = null
  return async (result, ctx) => {
    const nearResult = surfaceGrid(result)
    const onInput = new Int32Array(result.indices.length / 3).fill(-1)
    if (last !== null) {
      const same = sameTriangles(last.result, result)
      const next = new Int32Array(last.onInput.length).fill(-1)
      for (let t = 0; t < same.length; t++) {
        const before = same[t] as number
        if (before < 0) continue
        next[before] = t
        onInput[t] = last.onInput[before] as number
      }
      for (const on of [onVertices, onMiddles])
        for (let i = 0; i < on.length; i++) if ((on[i] as number) >= 0) on[i] = next[on[i] as number] as number
    }
    const far = new Uint8Array(vertices.count)
    const markTriangle = (t: number) => {
      for (let k = 0; k < 3; k++) far[input.indices[3 * t + k] as number] = 1
    }
    const tooFar = [
      await measure(vertices, onVertices, nearResult, limitMm, subContext(ctx, 0.1, 0.3), (v) => {
        far[v] = 1
      }),
      await measure(middles, onMiddles, nearResult, limitMm, subContext(ctx, 0.3, 0.7), markTriangle),
      await measure(middlePoints(result), onInput, nearInput, limitMm, subContext(ctx, 0.7, 1), (_, { x, y, z }) => {
        nearInput.distance(x, y, z)
        if (nearInput.hit.triangle >= 0) markTriangle(nearInput.hit.triangle)
      }),
    ]
    last = { result, onInput }
    return tooFar.includes(true) ? far : null
  }
}

/** Points of a surface, one at a time in `at`. */
interface Points {
  readonly count: number
  aim(i: number): void
  readonly at: { x: number; y: number; z: number }
}

/**
 * Whether a point lies beyond the limit; tells of every point that does or nearly does. `on` gives a triangle that a point is
 * known to lie near to, and takes what is found.
 */
async function measure(
  { count, aim, at }: Points,
  on: Int32Array,
  surface: NearSurface,
  limitMm: number,
  ctx: Context,
  close: (i: number, at: Points['at']) => void,
): Promise<boolean> {
  const { breathe } = pacer(ctx)
  let tooFar = false
  for (let i = 0; i < count; i++) {
    if (i % 1024 === 0) await breathe(i / count)
    if ((on[i] as number) >= 0) continue
    aim(i)
    on[i] = surface.within(at.x, at.y, at.z, CAUTION * limitMm)
    if ((on[i] as number) >= 0) continue
    tooFar ||= surface.within(at.x, at.y, at.z, limitMm) < 0
    close(i, at)
  }
  return tooFar
}

function vertexPoints({ positions: p }: Mesh): Points {
  const at = { x: 0, y: 0, z: 0 }
  const aim = (v: number) => {
    at.x = p[3 * v] as number
    at.y = p[3 * v + 1] as number
    at.z = p[3 * v + 2] as number
  }
  return { count: p.length / 3, aim, at }
}

function middlePoints({ positions: p, indices }: Mesh): Points {
  const at = { x: 0, y: 0, z: 0 }
  const aim = (t: number) => {
    const [a, b, c] = [
      3 * (indices[3 * t] as number),
      3 * (indices[3 * t + 1] as number),
      3 * (indices[3 * t + 2] as number),
    ]
    at.x = ((p[a] as number) + (p[b] as number) + (p[c] as number)) / 3
    at.y = ((p[a + 1] as number) + (p[b + 1] as number) + (p[c + 1] as number)) / 3
    at.z = ((p[a + 2] as number) + (p[b + 2] as number) + (p[c + 2] as number)) / 3
  }
  return { count: indices.length / 3, aim, at }
}
