import { PipelineError } from '../core/errors.ts'
import type { Context, StageSpec } from '../core/stage.ts'
import type { Mesh, Vec3 } from '../core/types.ts'

export interface LayFlatParams {
  /** A point of the face that comes to lie down, LPS mm; the part is turned about it. */
  readonly pointLps: Vec3
  /** Where that face looks, any length above 0; it looks straight down afterwards. */
  readonly normalLps: Vec3
  /** Height, after turning, of what comes to z = 0; null for the mesh's own lowest point. */
  readonly floorMm: number | null
}

export const LAY_FLAT = {
  name: 'lay-flat',
  version: 1,
  defaults: { pointLps: [0, 0, 0], normalLps: [0, 0, -1], floorMm: null },
} as const satisfies StageSpec<LayFlatParams>

/**
 * Turns a mesh so that a face looks down, and lowers or lifts it to stand on z = 0: a rigid move, the shortest turn that does
 * it. No trigonometry, so every engine gives the same bytes. Indices are shared with the input; points are rounded to float32.
 * Throws 'app/bad-parameter' for a normal without a length.
 */
export function layFlat(mesh: Mesh, params: LayFlatParams, ctx: Context): Mesh {
  ctx.signal.throwIfAborted()
  const laid = laidFlat({ ...params, floorMm: params.floorMm ?? lowestMm(mesh, params) })
  const positions = new Float32Array(mesh.positions.length)
  for (let p = 0; p < positions.length; p += 3) positions.set(laid(pointAt(mesh.positions, p)), p)
  ctx.progress(1)
  return { positions, indices: mesh.indices }
}

/** Where a point of a part comes to lie, LPS mm. Throws as layFlat. */
export function laidFlat({ pointLps, normalLps, floorMm }: LayFlatParams): (at: Vec3) => Vec3 {
  const turn = turnDown(normalLps)
  const floor = floorMm ?? 0
  return (at) => {
    const [x, y, z] = turned(at, pointLps, turn)
    return [x, y, z - floor]
  }
}

const pointAt = (p: Float32Array, at: number): Vec3 => [p[at] as number, p[at + 1] as number, p[at + 2] as number]

/** Height of the lowest point after the turn, in mm: what `floorMm` is for this mesh; 0 for an empty one. */
export function lowestMm(mesh: Mesh, { pointLps, normalLps }: Omit<LayFlatParams, 'floorMm'>): number {
  const turn = turnDown(normalLps)
  let lowest = Infinity
  for (let p = 0; p < mesh.positions.length; p += 3) {
    lowest = Math.min(lowest, turned(pointAt(mesh.positions, p), pointLps, turn)[2])
  }
  return mesh.positions.length === 0 ? 0 : lowest
}

/** Rows of a rotation matrix. */
type Turn = readonly [Vec3, Vec3, Vec3]

/** 1 - z below which the axis of the shortest turn is lost in rounding. */
const STRAIGHT_UP = 1e-15

/**
 * The shortest turn of a direction to straight down: I + K + K K / (1 + c), with K the cross product with v = n x down and
 * c = n . down. Straight up, where every axis would do, it turns about x.
 */
function turnDown(normal: Vec3): Turn {
  const length = Math.sqrt(normal[0] ** 2 + normal[1] ** 2 + normal[2] ** 2)
  if (!(length > 0 && Number.isFinite(length))) {
    throw new PipelineError('app/bad-parameter', 'The face to lie down on has no direction. Pick it again on the part.')
  }
  const [x, y, z] = [normal[0] / length, normal[1] / length, normal[2] / length]
  // 1 - z without its cancellation.
  const share = z > 0 ? (x * x + y * y) / (1 + z) : 1 - z
  if (share < STRAIGHT_UP) {
    return [
      [1, 0, 0],
      [0, -1, 0],
      [0, 0, -1],
    ]
  }
  return [
    [1 - (x * x) / share, (-x * y) / share, x],
    [(-x * y) / share, 1 - (y * y) / share, y],
    [-x, -y, -z],
  ]
}

function turned(at: Vec3, about: Vec3, turn: Turn): Vec3 {
  const [x, y, z] = [at[0] - about[0], at[1] - about[1], at[2] - about[2]]
  const along = (row: Vec3) => row[0] * x + row[1] * y + row[2] * z
  return [about[0] + along(turn[0]), about[1] + along(turn[1]), about[2] + along(turn[2])]
}
