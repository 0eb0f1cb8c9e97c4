import { concatBytes, utf8 } from '../core/bytes.ts'
import { PipelineError } from '../core/errors.ts'
import { type JsonValue, parsedJson } from '../core/json.ts'
import { open, seal, sealParts } from './chunked.ts'
import { contextOf, randomId } from './keys.ts'
import type { OpenVault } from './vault-keys.ts'

/** The most weights that are kept in one record. */
export const LARGEST_MODEL_BYTES = 1 << 26
const LARGEST_ABOUT_BYTES = 1 << 20
const LEAST_BYTES = 1

/** A network in the vault without its weights. */
export interface KeptModel {
  readonly id: string
  /** What was said of it when it was added; null when the record does not open: it can only be removed. */
  readonly about: JsonValue
}

const placeOf = (id: string, type: 'model' | 'model-weights') =>
  contextOf({ asset: id, case: '', epoch: 0, revision: 0, type })

/** Every network that was added; one that does not open is listed as such and does not hide the others. */
export async function listModels({ records, keys }: OpenVault): Promise<KeptModel[]> {
  const key = await keys.models()
  const kept: KeptModel[] = []
  for (const { id, sealed } of await records.models()) {
    const about = await open(key, placeOf(id, 'model'), sealed).then(
      (plain) => parsedJson(plain) ?? null,
      () => null,
    )
    kept.push({ id, about })
  }
  return kept
}

/** The weights as they were added. Throws 'vault/missing', 'vault/tampered'. */
export async function readModel({ records, keys }: OpenVault, id: string): Promise<Uint8Array<ArrayBuffer>> {
  if (!(await records.model(id)))
    throw new PipelineError('vault/missing', 'That network is not in this vault. It may have been removed.')
  return open(await keys.models(), placeOf(id, 'model-weights'), concatBytes(...(await records.modelPieces(id))))
}

/**
 * Keeps a network; returns its random id. Sealed in pieces of less than 1 MiB, stored in one strict transaction. Memory: twice
 * the weights. Throws 'vault/quota' when nothing was stored, 'app/bad-parameter' for one too large or empty.
 */
export async function addModel(
  { records, keys, assertOpen }: OpenVault,
  about: JsonValue,
  weights: Uint8Array,
): Promise<string> {
  const said = utf8(JSON.stringify(about))
  const fits = weights.length >= LEAST_BYTES && weights.length <= LARGEST_MODEL_BYTES
  if (!fits || said.length > LARGEST_ABOUT_BYTES)
    throw new PipelineError('app/bad-parameter', 'A network of 1 byte to 64 MiB can be kept. Choose a smaller one.', {
      bytes: weights.length,
    })
  const id = randomId()
  const key = await keys.models()
  const pieces: Uint8Array[] = []
  for await (const piece of sealParts(key, placeOf(id, 'model-weights'), [weights])) pieces.push(piece)
  const sealed = await seal(key, placeOf(id, 'model'), said)
  assertOpen()
  await records.addModel({ id, sealed }, pieces)
  return id
}
