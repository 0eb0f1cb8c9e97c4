import { concatBytes, utf8 } from '../core/bytes.ts'
import { PipelineError } from '../core/errors.ts'
import { type JsonValue, parsedJson } from '../core/json.ts'
import { open, seal, sealParts } from './chunked.ts'
import { contextOf, randomId } from './keys.ts'
import type { ModelRow } from './records.ts'
import type { OpenVault, VaultKeys } from './vault-keys.ts'

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

const placeOf = ({ id, epoch = 0 }: Pick<ModelRow, 'id' | 'epoch'>, type: 'model' | 'model-weights') =>
  contextOf({ asset: id, case: '', epoch, revision: 0, type })

/** Every network that was added; one that does not open is listed as such and does not hide the others. */
export async function listModels({ records, keys }: OpenVault): Promise<KeptModel[]> {
  const kept: KeptModel[] = []
  for (const row of await records.models()) kept.push({ id: row.id, about: await aboutOf(keys, row).catch(() => null) })
  return kept
}

async function aboutOf(keys: VaultKeys, row: ModelRow): Promise<JsonValue> {
  const key = await keys.models(row.epoch ?? 0)
  return parsedJson(await open(key, placeOf(row, 'model'), row.sealed)) ?? null
}

/** The weights as they were added. Throws 'vault/missing', 'vault/tampered'. */
export async function readModel({ records, keys }: OpenVault, id: string): Promise<Uint8Array<ArrayBuffer>> {
  const row = await records.model(id)
  if (!row) throw new PipelineError('vault/missing', 'That network is not in this vault. It may have been removed.')
  const key = await keys.models(row.epoch ?? 0)
  return open(key, placeOf(row, 'model-weights'), concatBytes(...(await records.modelPieces(id))))
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
  const place = { id: randomId(), epoch: keys.modelEpoch }
  const key = await keys.models()
  const pieces: Uint8Array[] = []
  for await (const piece of sealParts(key, placeOf(place, 'model-weights'), [weights])) pieces.push(piece)
  const sealed = await seal(key, placeOf(place, 'model'), said)
  assertOpen()
  await records.addModel({ ...place, sealed }, pieces)
  return place.id
}
