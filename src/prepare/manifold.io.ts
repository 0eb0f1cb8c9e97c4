import createManifold, { type ManifoldToplevel } from 'manifold-3d'
import wasmUrl from 'manifold-3d/manifold.wasm?url'

let loading: Promise<ManifoldToplevel> | null = null

/** manifold-3d, compiled on first use from this origin. In Node (tests) the package finds its own file. */
export function loadManifold(): Promise<ManifoldToplevel> {
  loading ??= start()
  return loading
}

async function start(): Promise<ManifoldToplevel> {
  const isNode = typeof process !== 'undefined' && process.versions?.node !== undefined
  const manifold = await createManifold(isNode ? undefined : { locateFile: () => wasmUrl })
  manifold.setup()
  return manifold
}
