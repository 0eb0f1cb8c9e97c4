import type { Manifold } from 'manifold-3d'
import type { Mesh } from '../../core/types.ts'
import type { Solids } from '../solid.ts'
import { type Frame, toFrame } from './frame.ts'

/**
 * The solid of a mesh in the coordinates of a frame. Rays are cast in it and not in LPS, because the library finds
 * triangles by the bounds of a ray: aslant through half a million triangles one took 9 ms, along an axis 0.02 ms (measured).
 */
export function inFrame(mesh: Mesh, frame: Frame, { of, keep }: Pick<Solids, 'of' | 'keep'>): Manifold {
  const { x, y, z } = frame
  const [u, v, w] = toFrame(frame, [0, 0, 0])
  return keep(of(mesh).transform([x[0], y[0], z[0], 0, x[1], y[1], z[1], 0, x[2], y[2], z[2], 0, u, v, w, 1]))
}

/** A solid in a frame as one in LPS mm. */
export function fromFrame(local: Manifold, { originLps, x, y, z }: Frame, { keep }: Pick<Solids, 'keep'>): Manifold {
  return keep(local.transform([...x, 0, ...y, 0, ...z, 0, ...originLps, 1]))
}
