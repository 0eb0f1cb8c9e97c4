import type { Place } from '../core/finding.ts'
import { triangleCount } from '../core/mesh.ts'
import type { Mesh } from '../core/types.ts'
import type { TakeCorners } from './file-parts.ts'

/** Corners handed over at once. */
const CORNERS_AT_ONCE = 16_384

/** Hands out the corners of a mesh as the reader of a file does. */
export function giveCorners({ positions, indices }: Mesh, take: TakeCorners): void {
  const corners = new Float32Array(3 * CORNERS_AT_ONCE)
  for (let from = 0; from < indices.length; from += CORNERS_AT_ONCE) {
    const end = Math.min(indices.length, from + CORNERS_AT_ONCE)
    for (let n = from; n < end; n++)
      for (let k = 0; k < 3; k++) corners[3 * (n - from) + k] = positions[3 * (indices[n] as number) + k] as number
    take(corners.subarray(0, 3 * (end - from)))
  }
}

/** Compares corner by corner, so a swapped or dropped triangle shows even where the points still match. */
export class Comparison {
  readonly #meshes: readonly Mesh[]
  /** The mesh at hand, and how many of its corners have come. */
  #at = 0
  #taken = 0
  #corners = 0
  #worstSquared = 0
  #worstPlace: readonly [x: number, y: number, z: number] | null = null

  /** The bodies of the file, in its order. */
  constructor(meshes: readonly Mesh[]) {
    this.#meshes = meshes
  }
  /** Triangles of the file so far. */
  get triangles(): number {
    return this.#corners / 3
  }
  /** Largest distance in mm between a corner of the mesh and the same corner of the file. */
  get maxErrorMm(): number {
    return Math.sqrt(this.#worstSquared)
  }
  get worst(): Place | null {
    return this.#worstPlace && { at: this.#worstPlace, value: this.maxErrorMm }
  }
  /** Whether the file held so many triangles as the bodies have. */
  get isWhole(): boolean {
    return this.triangles === this.#meshes.reduce((sum, mesh) => sum + triangleCount(mesh), 0)
  }
  /** Corners past the last of the bodies are only counted. */
  take(corners: Float32Array): void {
    let rest = corners
    this.#corners += corners.length / 3
    for (let mesh = this.#meshes[this.#at]; mesh && rest.length > 0; mesh = this.#meshes[this.#at]) {
      const count = Math.min(rest.length / 3, mesh.indices.length - this.#taken)
      this.#compare(mesh, this.#taken, rest.subarray(0, 3 * count))
      rest = rest.subarray(3 * count)
      this.#taken += count
      if (this.#taken < mesh.indices.length) return
      this.#at++
      this.#taken = 0
    }
  }
  #compare({ positions: p, indices }: Mesh, first: number, corners: Float32Array): void {
    let worstSquared = this.#worstSquared
    for (let n = 0, b = 0; b < corners.length; n++, b += 3) {
      const a = (indices[first + n] as number) * 3
      const dx = (p[a] as number) - (corners[b] as number)
      const dy = (p[a + 1] as number) - (corners[b + 1] as number)
      const dz = (p[a + 2] as number) - (corners[b + 2] as number)
      const squared = dx * dx + dy * dy + dz * dz
      if (squared > worstSquared) {
        worstSquared = squared
        this.#worstPlace = [p[a] as number, p[a + 1] as number, p[a + 2] as number]
      }
    }
    this.#worstSquared = worstSquared
  }
}
