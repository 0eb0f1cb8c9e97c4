import type { Vec3 } from '../../core/types.ts'

/** What cuts the slices: niivue on the graphics card, or our own code on the processor. */
export type SliceEngine = 'niivue' | 'cpu'

/** What WebGL2 says about the graphics card. */
export interface Adapter {
  readonly renderer: string
  /** Largest side of a 3-D texture, in voxels. */
  readonly mostTexels3d: number
}

/** Names that rasterizers on the processor give themselves: Chromium, Mesa, macOS and Windows. */
const SOFTWARE = /swiftshader|llvmpipe|softpipe|software|basic render/i
/**
 * Peak graphics memory of niivue at a change of the window: colours, gradients and blurred gradients at four bytes each,
 * and the drawing (read from its source).
 */
const BYTES_PER_VOXEL = 13
/** Past this a card may give up half-way; there is no way to ask it beforehand. */
const MOST_BYTES = 2 ** 31

/** Whether pictures on this adapter are computed by the processor. */
export const isSoftware = (renderer: string): boolean => SOFTWARE.test(renderer)

/**
 * Which engine shows a scan of this size. niivue recolours the whole scan at every change of the window, which is
 * instant on a graphics card and takes seconds on a software adapter, hence the choice (see ADR 3). `asked` wins over
 * the kind of adapter, not over what it cannot hold.
 */
export function chooseSlices(asked: SliceEngine | null, adapter: Adapter | null, size: Vec3): SliceEngine {
  if (asked === 'cpu' || adapter === null) return 'cpu'
  if (asked === null && isSoftware(adapter.renderer)) return 'cpu'
  if (size.some((n) => n > adapter.mostTexels3d)) return 'cpu'
  return size[0] * size[1] * size[2] * BYTES_PER_VOXEL > MOST_BYTES ? 'cpu' : 'niivue'
}

/** The engine an address asks for (`?slices=niivue`), for tests; null leaves the choice to chooseSlices. */
export function askedSlices(search: string): SliceEngine | null {
  const asked = new URLSearchParams(search).get('slices')
  return asked === 'niivue' || asked === 'cpu' ? asked : null
}
