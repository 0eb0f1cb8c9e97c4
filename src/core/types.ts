/**
 * The data that flows along the line. One convention, written here once:
 * - voxel order: x fastest, index = i + nx * (j + ny * k)
 * - world: LPS millimetres (x to the patient's Left, y Posterior, z Superior), as in ITK and DICOM
 * - triangles: counter-clockwise seen from outside
 *
 * All are plain wire-safe values (they cross worker borders); behaviour lives in functions over them.
 */
export type Vec3 = readonly [number, number, number]

/** Row-major 3 x 3. Column c is the LPS unit vector of voxel axis c (ITK's direction). */
export type Mat3 = readonly [number, number, number, number, number, number, number, number, number]

/** Where voxels lie: lps = origin + direction * (spacing * ijk); `origin` is the centre of voxel 0. */
export interface Grid {
  readonly size: Vec3
  readonly spacing: Vec3
  readonly origin: Vec3
  readonly direction: Mat3
}

export type Modality = 'CT' | 'MR' | 'other'

/** A scalar scan, or a field of distances in mm. Real value = slope * data + intercept, in `unit` (HU for CT). */
export interface Volume {
  readonly grid: Grid
  readonly data: Int16Array
  readonly slope: number
  readonly intercept: number
  readonly modality: Modality
  readonly unit: 'HU' | 'a.u.' | 'mm'
}

/**
 * One label, one bit a voxel. Each x-row starts a new 32-bit word: word = (k * ny + j) * wordsPerRow + (i >> 5),
 * bit = i & 31. Bits past nx in the last word of a row are zero, always.
 */
export interface Mask {
  readonly grid: Grid
  readonly words: Uint32Array
}

/** Up to 255 labels, one byte a voxel, x fastest; 0 is background. */
export interface LabelMap {
  readonly grid: Grid
  readonly labels: Uint8Array
}

/** Voxels min .. max of a grid, both included. */
export interface VoxelBox {
  readonly min: Vec3
  readonly max: Vec3
}

/** Indexed triangles. `positions` is xyz in LPS mm, `indices` three per triangle, counter-clockwise outside. */
export interface Mesh {
  readonly positions: Float32Array
  readonly indices: Uint32Array
}
