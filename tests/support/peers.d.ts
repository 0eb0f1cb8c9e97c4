declare module 'surface-nets' {
  import type { NdArray } from 'ndarray'

  interface Surface {
    readonly positions: readonly (readonly number[])[]
    readonly cells: readonly (readonly number[])[]
  }
  export default function surfaceNets(array: NdArray, level: number): Surface
}

declare module 'isosurface' {
  interface Surface {
    readonly positions: readonly (readonly number[])[]
    readonly cells: readonly (readonly number[])[]
  }
  type Bounds = readonly [readonly number[], readonly number[]]
  const isosurface: {
    marchingCubes(size: readonly number[], value: (x: number, y: number, z: number) => number, bounds: Bounds): Surface
  }
  export default isosurface
}
