// @ts-check
import { ThreeMFLoader } from 'three/addons/loaders/3MFLoader.js'

// Bundled for a page: three's own reader of 3MF, which shares no code with what writes here.

/** Triangles of every object that the file builds. */
export function trianglesIn(/** @type {ArrayBuffer} */ file) {
  let triangles = 0
  new ThreeMFLoader().parse(file).traverse((object) => {
    if (!('isMesh' in object)) return
    const { geometry } = /** @type {import('three').Mesh} */ (object)
    triangles += (geometry.index ?? geometry.getAttribute('position')).count / 3
  })
  return triangles
}
