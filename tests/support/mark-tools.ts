import { readFileSync } from 'node:fs'
import type { Manifold } from 'manifold-3d'
import type { Mesh } from '../../src/core/types.ts'
import { loadManifold } from '../../src/prepare/manifold.io.ts'
import type { MarkTools } from '../../src/prepare/marks/emboss.ts'
import type { Frame } from '../../src/prepare/marks/frame.ts'
import { inFrame } from '../../src/prepare/marks/solid-frame.ts'
import { withSolids } from '../../src/prepare/solid.ts'

const FONT = 'node_modules/@fontsource/atkinson-hyperlegible/files/atkinson-hyperlegible-latin-700-normal.woff'

/** The font as the app loads it, from its package. */
export function markFont(): ArrayBuffer {
  return new Uint8Array(readFileSync(FONT)).buffer
}

export const MARK_TOOLS: MarkTools = { load: loadManifold, font: async () => markFont() }

/** Where lines along -z of a frame meet a mesh: heights over its plane, from 100 mm above it down. */
export async function heightsIn(mesh: Mesh, frame: Frame): Promise<(x: number, y: number) => number[]> {
  const local: Manifold = await withSolids(loadManifold, async ({ of }) =>
    inFrame(mesh, frame, { of, keep: (made) => made }),
  )
  return (x, y) => local.rayCast([x, y, 100], [x, y, -100]).map((hit) => 100 - 200 * hit.distance)
}

/** The library for outlines alone; what it makes lives as long as the test. */
export const FLAT = { lib: await loadManifold(), keep: <T>(made: T): T => made }
