import type { Vec3 } from '../core/types.ts'

/** All points within a distance of a segment: what a ball covers on its way from one point to another. */
export interface Capsule {
  /** Both ends in mm along the voxel axes. */
  readonly from: Vec3
  readonly to: Vec3
  readonly radius2: number
  readonly length: number
  /** Direction of the segment; 0 when its ends are one point. */
  readonly unit: Vec3
}

/** Between two fractional voxel indices. Directions are orthonormal, so distances are those along the voxel axes. */
export function capsuleOf(spacing: Vec3, from: Vec3, to: Vec3, radiusMm: number): Capsule {
  const mm = (ijk: Vec3): Vec3 => [ijk[0] * spacing[0], ijk[1] * spacing[1], ijk[2] * spacing[2]]
  const [a, b] = [mm(from), mm(to)]
  const way: Vec3 = [b[0] - a[0], b[1] - a[1], b[2] - a[2]]
  // Not Math.hypot, whose last digit differs between engines.
  const length = Math.sqrt(way[0] * way[0] + way[1] * way[1] + way[2] * way[2])
  const unit: Vec3 = length === 0 ? [0, 0, 0] : [way[0] / length, way[1] / length, way[2] / length]
  return { from: a, to: b, radius2: radiusMm * radiusMm, length, unit }
}

/** A stretch of a line along x in mm; empty when low > high. Mutable: one serves all rows of a sweep. */
export interface Stretch {
  low: number
  high: number
}

/**
 * Where the line along x at (y, z) mm runs through a capsule: it is convex, so in one stretch. Both balls at its ends are
 * joined by the very sums that a ball alone is made of: a capsule never misses a voxel of the ball at one of its ends.
 */
export function capsuleStretch(capsule: Capsule, y: number, z: number, stretch: Stretch): void {
  stretch.low = Infinity
  stretch.high = -Infinity
  joinBall(capsule.from, capsule.radius2, y, z, stretch)
  if (capsule.length === 0) return
  joinBall(capsule.to, capsule.radius2, y, z, stretch)
  joinTube(capsule, y, z, stretch)
}

function join(stretch: Stretch, low: number, high: number): void {
  if (low < stretch.low) stretch.low = low
  if (high > stretch.high) stretch.high = high
}

function joinBall(centre: Vec3, radius2: number, y: number, z: number, stretch: Stretch): void {
  const dy = y - centre[1]
  const dz = z - centre[2]
  const left = radius2 - dy * dy - dz * dz
  if (!(left >= 0)) return
  const half = Math.sqrt(left)
  join(stretch, centre[0] - half, centre[0] + half)
}

/** The tube without its round ends: squared distance to the axis at most radius2, between the planes across both ends. */
function joinTube({ from, unit, radius2, length }: Capsule, y: number, z: number, stretch: Stretch): void {
  const dy = y - from[1]
  const dz = z - from[2]
  const [ux, uy, uz] = unit
  const along = dy * uy + dz * uz
  const a = uy * uy + uz * uz
  const b = ux * along
  const c = dy * dy + dz * dz - along * along - radius2
  let low = -Infinity
  let high = Infinity
  if (a > 0) {
    const root2 = b * b - a * c
    if (!(root2 >= 0)) return
    const root = Math.sqrt(root2)
    low = (b - root) / a
    high = (b + root) / a
  } else if (!(c <= 0)) return
  if (ux === 0) {
    if (!(along >= 0 && along <= length)) return
  } else {
    const start = -along / ux
    const end = (length - along) / ux
    low = Math.max(low, Math.min(start, end))
    high = Math.min(high, Math.max(start, end))
  }
  if (low <= high) join(stretch, from[0] + low, from[0] + high)
}
