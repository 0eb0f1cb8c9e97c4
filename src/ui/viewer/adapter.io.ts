import type { Adapter } from './slice-engine.ts'

let known: Adapter | null | undefined

/** What WebGL2 runs on here; null without WebGL2. Read once a page: it costs a drawing context, which is given back. */
export function readAdapter(): Adapter | null {
  known ??= probe()
  return known
}

function probe(): Adapter | null {
  const gl = document.createElement('canvas').getContext('webgl2')
  if (gl === null) return null
  // Firefox answers under RENDERER and warns about the extension; elsewhere RENDERER says no more than "WebKit WebGL".
  const extension = gl.getExtension('WEBGL_debug_renderer_info')
  const names = [gl.RENDERER, ...(extension === null ? [] : [extension.UNMASKED_RENDERER_WEBGL])]
  const adapter = {
    renderer: names.map((name) => String(gl.getParameter(name))).join(' '),
    mostTexels3d: Number(gl.getParameter(gl.MAX_3D_TEXTURE_SIZE)),
  }
  gl.getExtension('WEBGL_lose_context')?.loseContext()
  return adapter
}
