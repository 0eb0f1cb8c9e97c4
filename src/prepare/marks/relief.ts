import type { Manifold } from 'manifold-3d'
import type { HeightAt } from './prism.ts'

/** Half of a rectangle around the origin of a frame, mm. */
export interface HalfSize {
  readonly x: number
  readonly y: number
}

/** The surface of a part under a rectangle, as heights over the tangent plane. NaN where no surface was met. */
export interface Relief {
  /** Height in mm over the plane; linear between samples. */
  readonly heightAt: HeightAt
  /** Material below, mm, along the plane's normal. */
  readonly wallAt: HeightAt
  /** Cosine of the angle between the surface's normal and the plane's, over about 2 mm. */
  readonly cosineAt: HeightAt
  /** Places that were sampled, row by row. */
  readonly samples: readonly { readonly x: number; readonly y: number }[]
}

/** What rays are cast at: a solid, or one that is moved. */
export interface RayTarget {
  rayCast(from: [number, number, number], to: [number, number, number]): ReturnType<Manifold['rayCast']>
}

/** Slopes are taken over this much to each side: a mesh of scanned bone is rough over less. */
const SLOPE_MM = 1

/**
 * Samples the surface by rays along -z, `stepMm` apart, from `reachMm` above the plane z = 0 to as much below. Of several
 * surfaces on one ray the one nearest to the plane counts. `local` is a solid in the frame, see inFrame.
 */
export function reliefUnder(local: RayTarget, half: HalfSize, stepMm: number, reachMm: number): Relief {
  const nx = 2 * Math.ceil(half.x / stepMm) + 1
  const ny = 2 * Math.ceil(half.y / stepMm) + 1
  const xOf = (i: number) => (i - (nx - 1) / 2) * stepMm
  const yOf = (j: number) => (j - (ny - 1) / 2) * stepMm
  const heights = new Float64Array(nx * ny)
  const walls = new Float64Array(nx * ny)
  const samples = heights.reduce<{ x: number; y: number }[]>((all, _, n) => {
    all.push({ x: xOf(n % nx), y: yOf(Math.floor(n / nx)) })
    return all
  }, [])
  samples.forEach(({ x, y }, n) => {
    const hit = surfaceBelow(local, x, y, reachMm)
    heights[n] = hit.height
    walls[n] = hit.wall
  })
  const between = (values: Float64Array) => (x: number, y: number) =>
    bilinear(values, nx, ny, x / stepMm + (nx - 1) / 2, y / stepMm + (ny - 1) / 2)
  const heightAt = between(heights)
  return { heightAt, wallAt: between(walls), cosineAt: cosineOf(heightAt), samples }
}

/** One ray: height of the surface over the plane and the material below it; NaN where it meets none. */
export function surfaceBelow(local: RayTarget, x: number, y: number, reachMm: number) {
  const hits = local.rayCast([x, y, reachMm], [x, y, -reachMm])
  const heightOf = (n: number) => reachMm * (1 - 2 * (hits[n]?.distance ?? Number.NaN))
  let best = -1
  hits.forEach((hit, n) => {
    if (hit.normal[2] <= 0) return
    if (best === -1 || Math.abs(heightOf(n)) < Math.abs(heightOf(best))) best = n
  })
  const height = heightOf(best)
  const far = hits.findIndex((hit, n) => n > best && hit.normal[2] < 0)
  // Material beyond the end of the ray is as good as endless.
  return { height, wall: best === -1 ? Number.NaN : far === -1 ? height + reachMm : height - heightOf(far) }
}

function cosineOf(heightAt: HeightAt): HeightAt {
  return (x, y) => {
    const dx = (heightAt(x + SLOPE_MM, y) - heightAt(x - SLOPE_MM, y)) / (2 * SLOPE_MM)
    const dy = (heightAt(x, y + SLOPE_MM) - heightAt(x, y - SLOPE_MM)) / (2 * SLOPE_MM)
    return 1 / Math.sqrt(1 + dx * dx + dy * dy)
  }
}

function bilinear(values: Float64Array, nx: number, ny: number, u: number, v: number): number {
  const i = Math.min(nx - 2, Math.max(0, Math.floor(u)))
  const j = Math.min(ny - 2, Math.max(0, Math.floor(v)))
  const [p, q] = [u - i, v - j]
  const at = (n: number, m: number) => values[i + n + nx * (j + m)] as number
  return (1 - q) * ((1 - p) * at(0, 0) + p * at(1, 0)) + q * ((1 - p) * at(0, 1) + p * at(1, 1))
}
