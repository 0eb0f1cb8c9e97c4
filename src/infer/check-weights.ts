import { PipelineError } from '../core/errors.ts'
import { sha256 } from '../core/hash.ts'
import type { ModelCard } from './card.ts'
import { badCard } from './parse-card.ts'
import { sniffOnnx } from './sniff-onnx.ts'

const CHANNEL_AXIS = 1

/** Gives the weights back when they are those of the card. Throws 'infer/changed-weights'. */
export async function checkedWeights<T extends Uint8Array>({ weights }: ModelCard, file: T): Promise<T> {
  if (file.length === weights.bytes && (await sha256(file)) === weights.sha256) return file
  throw new PipelineError(
    'infer/changed-weights',
    'The weights are not those that the card was written for: their digest differs. Take the file that belongs to the card.',
    { bytes: file.length },
  )
}

/**
 * Whether a file and a card belong together, before they are kept. Throws 'infer/changed-weights', 'infer/not-onnx', and
 * 'infer/bad-card' when the card names an input or output that the file does not have, or another number of channels.
 */
export async function checkModel(card: ModelCard, file: Uint8Array): Promise<void> {
  await checkedWeights(card, file)
  const { inputs, outputs } = sniffOnnx(file)
  const names = (ports: readonly { readonly name: string }[]) => ports.map(({ name }) => name).join(', ')
  if (!inputs.some(({ name }) => name === card.input.name))
    throw badCard({ field: 'input.name', wants: `an input of the file: ${names(inputs)}` })
  const output = outputs.find(({ name }) => name === card.output.name)
  if (!output) throw badCard({ field: 'output.name', wants: `an output of the file: ${names(outputs)}` })
  const channels = output.dims[CHANNEL_AXIS] ?? null
  if (channels !== null && channels !== card.output.labels.length)
    throw badCard({ field: 'output.labels', wants: `${channels} entries, one per channel of the file` })
}
