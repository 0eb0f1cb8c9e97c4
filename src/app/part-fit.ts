import { subContext } from '../core/pace.ts'
import type { Desk } from './desk.svelte.ts'
import { type Body, bodiesOf } from './part-body.ts'
import type { PartFit } from './part-view.ts'
import { listener } from './step-parts.ts'

/** Measures how two bodies lie to each other, as they are to be printed; null when it was cancelled or failed. */
export async function measureFit(
  desk: Desk,
  ids: readonly [number, number],
  clearanceMm: number,
): Promise<PartFit | null> {
  const made = await desk.jobs.run('fit', async (ctx) => {
    const [a, b] = bodiesOf(desk.data.bodies, ids) as [Body, Body]
    const overlapMm3 = await desk.workers.mesh.call((api) => api.overlapMm3(a.mesh, b.mesh), ctx.signal)
    const rest = listener(subContext(ctx, 0.2, 1))
    const found = await desk.workers.measure.call(
      (api) => api.fit(a.mesh, b.mesh, clearanceMm, ctx.signal, rest),
      ctx.signal,
    )
    return { ...found, bodies: [a, b] as const, clearanceMm, overlapMm3 }
  })
  return made ?? null
}

/** The gap at each vertex of these bodies, one after the other; NaN in a body that was not measured. */
export function gapsOf({ bodies, gapMm }: PartFit, shown: readonly Pick<Body, 'id' | 'mesh'>[]): Float32Array {
  const all = new Float32Array(shown.reduce((sum, { mesh }) => sum + mesh.positions.length / 3, 0)).fill(Number.NaN)
  let at = 0
  for (const { id, mesh } of shown) {
    const own = gapMm[bodies.findIndex((body) => body.id === id)]
    if (own) all.set(own, at)
    at += mesh.positions.length / 3
  }
  return all
}
