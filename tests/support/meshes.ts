import type { Mesh, Vec3 } from '../../src/core/types.ts'

/** An axis-aligned box: 8 vertices, 12 triangles, counter-clockwise outside. */
export function boxMesh(min: Vec3, max: Vec3): Mesh {
  const positions: number[] = []
  for (let i = 0; i < 8; i++) positions.push(i & 1 ? max[0] : min[0], i & 2 ? max[1] : min[1], i & 4 ? max[2] : min[2])
  const quads = [
    [0, 2, 3, 1],
    [4, 5, 7, 6],
    [0, 1, 5, 4],
    [2, 6, 7, 3],
    [0, 4, 6, 2],
    [1, 3, 7, 5],
  ]
  const indices = quads.flatMap(([a = 0, b = 0, c = 0, d = 0]) => [a, b, c, a, c, d])
  return { positions: new Float32Array(positions), indices: new Uint32Array(indices) }
}

/**
 * A closed surface around a centre: `rings` by `segments`, 2 * segments * (rings - 1) triangles. `radius` is given the
 * polar angle (0 to pi) and the azimuth (0 to 2 pi).
 */
export function radialMesh(
  rings: number,
  segments: number,
  radius: (polar: number, azimuth: number) => number,
  centre: Vec3 = [0, 0, 0],
): Mesh {
  const positions = new Float32Array(3 * ((rings - 1) * segments + 2))
  const put = (v: number, polar: number, azimuth: number) => {
    const r = radius(polar, azimuth)
    positions[3 * v] = centre[0] + r * Math.sin(polar) * Math.cos(azimuth)
    positions[3 * v + 1] = centre[1] + r * Math.sin(polar) * Math.sin(azimuth)
    positions[3 * v + 2] = centre[2] + r * Math.cos(polar)
  }
  const at = (ring: number, segment: number) => 1 + (ring - 1) * segments + (segment % segments)
  const last = (rings - 1) * segments + 1
  put(0, 0, 0)
  for (let i = 1; i < rings; i++)
    for (let j = 0; j < segments; j++) put(at(i, j), (Math.PI * i) / rings, (2 * Math.PI * j) / segments)
  put(last, Math.PI, 0)
  const indices = new Uint32Array(6 * segments * (rings - 1))
  let n = 0
  const triangle = (a: number, b: number, c: number) => {
    indices[n++] = a
    indices[n++] = b
    indices[n++] = c
  }
  for (let j = 0; j < segments; j++) {
    triangle(0, at(1, j), at(1, j + 1))
    for (let i = 1; i < rings - 1; i++) {
      triangle(at(i, j), at(i + 1, j), at(i + 1, j + 1))
      triangle(at(i, j), at(i + 1, j + 1), at(i, j + 1))
    }
    triangle(at(rings - 1, j), last, at(rings - 1, j + 1))
  }
  return { positions, indices }
}

/** A sphere of about 2 * rings * 2 * rings triangles. */
export function sphereMesh(radiusMm: number, rings = 24, centre: Vec3 = [0, 0, 0]): Mesh {
  return radialMesh(rings, 2 * rings, () => radiusMm, centre)
}

/** Radius of a bumpy, finely rough ball of about 60 mm: like scanned bone, with detail at several scales. */
export function bumpyRadius(roughMm: number): (polar: number, azimuth: number) => number {
  return (u, v) =>
    60 +
    4 * Math.sin(5 * u) * Math.sin(7 * v) * Math.sin(u) +
    roughMm * Math.sin(131 * u) * Math.cos(97 * v) * Math.sin(u)
}

/** Several meshes as one; nothing is joined. */
export function joinMeshes(...meshes: Mesh[]): Mesh {
  const positions = new Float32Array(meshes.reduce((n, m) => n + m.positions.length, 0))
  const indices = new Uint32Array(meshes.reduce((n, m) => n + m.indices.length, 0))
  let p = 0
  let i = 0
  for (const m of meshes) {
    positions.set(m.positions, p)
    indices.set(
      m.indices.map((v) => v + p / 3),
      i,
    )
    p += m.positions.length
    i += m.indices.length
  }
  return { positions, indices }
}

/** The same surface facing the other way. */
export function inverted(mesh: Mesh): Mesh {
  const indices = mesh.indices.slice()
  for (let t = 0; t < indices.length; t += 3) {
    indices[t + 1] = mesh.indices[t + 2] as number
    indices[t + 2] = mesh.indices[t + 1] as number
  }
  return { positions: mesh.positions, indices }
}

/** Moved and scaled per axis about the origin. */
export function placed(mesh: Mesh, scale: Vec3, shift: Vec3): Mesh {
  const positions = mesh.positions.map((v, n) => v * (scale[n % 3] as number) + (shift[n % 3] as number))
  return { positions, indices: mesh.indices }
}

/** Without triangle `t`. */
export function withHole(mesh: Mesh, t: number): Mesh {
  return { positions: mesh.positions, indices: mesh.indices.filter((_, i) => Math.floor(i / 3) !== t) }
}

/** With triangle `t` facing the other way. */
export function withFlipped(mesh: Mesh, t: number): Mesh {
  const indices = mesh.indices.slice()
  indices[3 * t + 1] = mesh.indices[3 * t + 2] as number
  indices[3 * t + 2] = mesh.indices[3 * t + 1] as number
  return { positions: mesh.positions, indices }
}
