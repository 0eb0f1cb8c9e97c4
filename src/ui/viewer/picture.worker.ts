import '../../../workers/trusted-types.ts'
import '../../../workers/wire.ts'
import { expose } from 'comlink'
import { renderPart, renderPicture, renderSides } from './picture.ts'

/** Draws away from the page: without a graphics card a million triangles held the page up for 2.5 s (busy machine). */
const api = { renderPicture, renderSides, renderPart }

export type PictureApi = typeof api

expose(api)
