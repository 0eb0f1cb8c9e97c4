import type { Mesh } from '../../src/core/types.ts'

/** An open sheet with waves of 2 n n triangles and (n + 1)(n + 1) vertices: quick to make at any size. */
export function wavySheet(n: number): Mesh {
  const side = n + 1
  const positions = new Float32Array(side * side * 3)
  const indices = new Uint32Array(n * n * 6)
  for (let j = 0, at = 0; j < side; j++) {
    for (let i = 0; i < side; i++, at += 3) {
      positions[at] = -80 + (160 * i) / n
      positions[at + 1] = -95 + (190 * j) / n
      positions[at + 2] = 300 + 7 * Math.sin(i * 0.11) * Math.cos(j * 0.07)
    }
  }
  for (let j = 0, at = 0; j < n; j++) {
    for (let i = 0; i < n; i++, at += 6) {
      const v = j * side + i
      indices.set([v, v + 1, v + side, v + 1, v + side + 1, v + side], at)
    }
  }
  return { positions, indices }
}
