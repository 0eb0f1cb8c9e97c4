import { readFileSync } from 'node:fs'
import type { Manifold } from 'manifold-3d'
import type { Mesh } from '../../src/core/types.ts'
import { loadManifold } from '../../src/prepare/manifold.io.ts'
import { solidOf } from '../../src/prepare/manifold-mesh.ts'
import type { MarkTools } from '../../src/prepare/marks/emboss.ts'
import type { Frame } from '../../src/prepare/marks/frame.ts'
import { inFrame } from '../../src/prepare/marks/relief.ts'

const FONT = 'node_modules/@fontsource/atkinson-hyperlegible/files/atkinson-hyperlegible-latin-700-normal.woff'

/** The font as the app loads it, from its package. */
export function markFont(): ArrayBuffer {
  return new Uint8Array(readFileSync(FONT)).buffer
}

export const MARK_TOOLS: MarkTools = { load: loadManifold, font: async () => markFont() }

/** Where lines along -z of a frame meet a mesh: heights over its plane, from 100 mm above it down. */
export async function heightsIn(mesh: Mesh, frame: Frame): Promise<(x: number, y: number) => number[]> {
  const local: Manifold = inFrame(solidOf(mesh, await loadManifold()), frame)
  return (x, y) => local.rayCast([x, y, 100], [x, y, -100]).map((hit) => 100 - 200 * hit.distance)
}
