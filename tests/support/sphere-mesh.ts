import type { Mesh } from '../../src/core/types.ts'

/** A closed latitude-longitude sphere. Counter-clockwise outside. */
export function sphereMesh(radiusMm: number, centre: readonly [number, number, number], rings = 16): Mesh {
  const sides = rings * 2
  const points: number[] = [centre[0], centre[1], centre[2] + radiusMm]
  for (let r = 1; r < rings; r++) {
    const polar = (Math.PI * r) / rings
    for (let s = 0; s < sides; s++) {
      const turn = (2 * Math.PI * s) / sides
      points.push(
        centre[0] + radiusMm * Math.sin(polar) * Math.cos(turn),
        centre[1] + radiusMm * Math.sin(polar) * Math.sin(turn),
        centre[2] + radiusMm * Math.cos(polar),
      )
    }
  }
  points.push(centre[0], centre[1], centre[2] - radiusMm)
  const last = points.length / 3 - 1
  const at = (ring: number, side: number) => 1 + ring * sides + (side % sides)
  const indices: number[] = []
  for (let s = 0; s < sides; s++) {
    indices.push(0, at(0, s), at(0, s + 1))
    for (let r = 0; r < rings - 2; r++) {
      indices.push(at(r, s), at(r + 1, s), at(r + 1, s + 1))
      indices.push(at(r, s), at(r + 1, s + 1), at(r, s + 1))
    }
    indices.push(last, at(rings - 2, s + 1), at(rings - 2, s))
  }
  return { positions: new Float32Array(points), indices: new Uint32Array(indices) }
}
