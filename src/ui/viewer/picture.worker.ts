import '../../../workers/trusted-types.ts'
import '../../../workers/wire.ts'
import { expose } from 'comlink'
import { renderPicture } from './picture.ts'

/** Draws away from the page: without a graphics card a million triangles took 2.5 s of it, nearly all of one task. */
const api = { renderPicture }

export type PictureApi = typeof api

expose(api)
