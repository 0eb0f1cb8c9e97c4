import type { Mesh } from '../../src/core/types.ts'

type Point = [number, number, number]

/** A corner, the middle of an edge and the middle of each triangle. */
export function* surfacePoints({ positions, indices }: Mesh): Generator<Point> {
  for (let t = 0; t < indices.length; t += 3) {
    const corner = (n: number) => [...positions.subarray(3 * (indices[t + n] as number)).subarray(0, 3)] as Point
    const [a, b, c] = [corner(0), corner(1), corner(2)]
    const mean = (...of: Point[]) => [0, 1, 2].map((k) => of.reduce((sum, p) => sum + (p[k] as number), 0) / of.length)
    for (const point of [a, mean(a, b), mean(a, b, c)]) yield point as Point
  }
}

/** The largest error of a surface against a formula that is 0 on the true one. */
export function worstMm(mesh: Mesh, errorMm: (x: number, y: number, z: number) => number): number {
  let most = 0
  for (const point of surfacePoints(mesh)) most = Math.max(most, Math.abs(errorMm(...point)))
  return most
}
