import { parsedJson } from '../core/json.ts'

/** A network that came with the app. */
export interface ShippedModel {
  readonly id: string
  readonly version: string
}

const ID = /^[a-z0-9-]{1,60}$/
const VERSION = /^[0-9.]{1,20}$/

/** The networks that models/index.json lists; what is no id and version is left out. */
export function listedModels(index: Uint8Array): ShippedModel[] {
  const listed = parsedJson(index)
  if (!Array.isArray(listed)) return []
  return listed.flatMap((one: Partial<ShippedModel> | null) => {
    const { id, version } = one ?? {}
    const named = typeof id === 'string' && typeof version === 'string' && ID.test(id) && VERSION.test(version)
    return named ? [{ id, version }] : []
  })
}
