import '../../../workers/trusted-types.ts'
import '../../../workers/wire.ts'
import { expose } from 'comlink'
import { renderPicture, renderSides } from './picture.ts'

/** Draws away from the page: without a graphics card a million triangles held the page up for 2.5 s (busy machine). */
const api = { renderPicture, renderSides }

export type PictureApi = typeof api

expose(api)
