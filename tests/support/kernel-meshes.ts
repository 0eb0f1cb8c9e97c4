import { IDLE_CONTEXT } from '../../src/core/stage.ts'
import type { Mesh, Volume } from '../../src/core/types.ts'
import { threshold } from '../../src/segment/threshold.ts'
import { marchingCubes } from '../../src/surface/marching-cubes.ts'

export const EMPTY_MESH: Mesh = { positions: new Float32Array(0), indices: new Uint32Array(0) }

/** The surface of real values >= 0 as the input of a mesh kernel; no triangles when nothing is inside. */
export async function surfaceOf(volume: Volume): Promise<Mesh> {
  const mask = threshold(volume, { lowHu: 0, highHu: 32767 }, IDLE_CONTEXT)
  if (mask.words.every((word) => word === 0)) return EMPTY_MESH
  return marchingCubes({ mask, volume }, { lowHu: 0, highHu: null }, IDLE_CONTEXT)
}

/** A mesh of more bytes than any device binds, without its numbers. */
export function hugeMesh(): Mesh {
  const sized = <A extends object>(array: A) =>
    new Proxy(array, { get: (target, key) => (key === 'byteLength' ? 2 ** 33 : Reflect.get(target, key, target)) })
  return { positions: sized(new Float32Array(0)), indices: sized(new Uint32Array(0)) }
}
