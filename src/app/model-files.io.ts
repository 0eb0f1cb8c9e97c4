import { PipelineError } from '../core/errors.ts'

/** A network that came with the app. */
export interface ShippedModel {
  readonly id: string
  readonly version: string
}

const ID = /^[a-z0-9-]{1,60}$/
const VERSION = /^[0-9.]{1,20}$/

/** Networks beside the app; empty when none is shipped. Throws 'infer/no-file'. */
export async function shippedModels(): Promise<ShippedModel[]> {
  const listed = JSON.parse(new TextDecoder().decode(await fetched('index.json'))) as Partial<ShippedModel>[]
  return listed.flatMap(({ id, version }) =>
    typeof id === 'string' && typeof version === 'string' && ID.test(id) && VERSION.test(version)
      ? [{ id, version }]
      : [],
  )
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
