import { getContext, setContext } from 'svelte'
import { problemOf } from '../../app/jobs.svelte.ts'
import type { ShelfModel } from '../../app/model-view.ts'
import { PipelineError } from '../../core/errors.ts'
import { sha256 } from '../../core/hash.ts'
import type { ModelCard } from '../../infer/card.ts'
import {
  type CardProblem,
  LARGEST_CARD_BYTES,
  LARGEST_WEIGHTS_BYTES,
  parseCardFile,
  readCard,
} from '../../infer/parse-card.ts'
import { type OnnxFacts, sniffOnnx } from '../../infer/sniff-onnx.ts'
import { ADD, FORM } from '../models.en.ts'
import { type CardDraft, cardOf, NEW_DRAFT, withFacts } from './card-draft.ts'

/** An .onnx file that was looked at. */
interface ChosenFile {
  readonly name: string
  readonly bytes: Uint8Array
  readonly sha256: string
  readonly facts: OnnxFacts
}

export const keyOf = ({ id, version }: Pick<ModelCard, 'id' | 'version'>) => `${id} ${version}`

/** What is chosen in Models, and the network that is being added. Never stored. */
export class ModelsState {
  chosen = $state<string | null>(null)
  adding = $state(false)
  file = $state.raw<ChosenFile | null>(null)
  /** A card that came as a file: then none is written. */
  given = $state.raw<{ readonly name: string; readonly card: ModelCard } | null>(null)
  draft = $state.raw<CardDraft>(NEW_DRAFT)
  /** Why the last file was not taken. */
  refusal = $state.raw<string | null>(null)
  /** The fields tell what is wrong once the person thought they were done. */
  tried = $state(false)

  readonly card = $derived.by((): ModelCard => {
    if (this.given) return this.given.card
    const weights = { sha256: this.file?.sha256 ?? '', bytes: this.file?.bytes.length ?? 0 }
    return cardOf(this.draft, weights, FORM.background)
  })
  readonly problems = $derived<readonly CardProblem[]>(this.given ? [] : readCard(this.card).problems)

  /** The row that is shown: the chosen one, else the first. */
  rowOf(rows: readonly ShelfModel[]): ShelfModel | null {
    return rows.find(({ card }) => keyOf(card) === this.chosen) ?? rows[0] ?? null
  }

  /** What is wrong with one field, told only once the person thought the card was done. */
  wrongAt(field: string): string | null {
    const found = this.tried ? this.problems.find((one) => one.field === field) : undefined
    return found === undefined ? null : ADD.needs(found.wants)
  }

  change(words: Partial<CardDraft>): void {
    this.draft = { ...this.draft, ...words }
  }

  /** Takes an .onnx file and perhaps a card; what is neither is refused by name. */
  async take(files: readonly File[]): Promise<void> {
    this.adding = true
    this.refusal = null
    try {
      for (const file of files)
        await (file.name.toLowerCase().endsWith('.json') ? this.#takeCard(file) : this.#takeFile(file))
    } catch (error) {
      this.refusal = problemOf(error).message
    }
  }

  async #takeCard(file: File): Promise<void> {
    const bytes = new Uint8Array(await file.slice(0, LARGEST_CARD_BYTES + 1).arrayBuffer())
    this.given = { name: file.name, card: parseCardFile(bytes) }
  }

  async #takeFile(file: File): Promise<void> {
    if (file.size > LARGEST_WEIGHTS_BYTES)
      throw new PipelineError(
        'infer/not-onnx',
        'This file is larger than the 64 MiB that are kept. Export a smaller one.',
      )
    const bytes = new Uint8Array(await file.arrayBuffer())
    const facts = sniffOnnx(bytes)
    this.file = { name: file.name, bytes, sha256: await sha256(bytes), facts }
    this.draft = withFacts(this.draft, facts)
  }

  /** Back to the list, with nothing half done left behind. */
  leave(): void {
    this.adding = false
    this.file = null
    this.given = null
    this.draft = NEW_DRAFT
    this.refusal = null
    this.tried = false
  }
}

const KEY = Symbol('models')
export const provideModels = (models: ModelsState): ModelsState => setContext(KEY, models)
export const useModels = (): ModelsState => getContext<ModelsState>(KEY)
