import { PipelineError } from '../core/errors.ts'
import { listedModels, type ShippedModel } from './listed-models.ts'

/** Networks beside the app; empty when none is shipped. Throws 'infer/no-file'. */
export async function shippedModels(): Promise<ShippedModel[]> {
  return listedModels(await fetched('index.json'))
}

/** One of its files. Throws 'infer/no-file'. */
export function shippedFile(
  { id, version }: ShippedModel,
  name: 'card.json' | 'model.onnx' | 'self-test.bin',
): Promise<Uint8Array<ArrayBuffer>> {
  return fetched(`${id}/${version}/${name}`)
}

async function fetched(path: string): Promise<Uint8Array<ArrayBuffer>> {
  const answer = await fetch(new URL(`models/${path}`, document.baseURI)).catch(() => null)
  if (answer?.ok) return new Uint8Array(await answer.arrayBuffer())
  throw new PipelineError(
    'infer/no-file',
    'A file of a network did not come from the server of this app. Check the connection, then reload the page.',
    { path },
  )
}
