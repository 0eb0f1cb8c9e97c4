import { PipelineError } from '../../core/errors.ts'
import { isText } from '../../core/shape.ts'

/** Whoever files are sealed for, by the key that only they hold. */
export type Recipient = {
  /** As the site calls it. */
  readonly name: string
  /** SHA-256 of the public key, lower-case hex; its first six bytes are read to each other as words. */
  readonly fingerprint: string
}

/** One whose words were compared with its own. */
export type Pinned<T extends Recipient> = T & { readonly pinnedAt: string }

/** What a person said of the words, and when. */
export interface Compared {
  readonly areCompared: boolean
  readonly at: string
}

/** What each list of them keeps of one, beside its key. */
export const PIN_FIELDS = { name: isText, fingerprint: isText, pinnedAt: isText } as const

/** Enough for a site and a room. */
export const LONGEST_NAME = 40

type Refuse = (message: string) => PipelineError

/** The name without space around it; throws what `refuse` gives for one that is none. */
export function recipientName(text: string, refuse: Refuse): string {
  const name = text.trim()
  if (name !== '' && name.length <= LONGEST_NAME && !/\p{Cc}/u.test(name)) return name
  throw refuse(`Give a name of up to ${LONGEST_NAME} letters.`)
}

/**
 * With one more, in place of the one with the same key. Throws 'handover/not-compared' unless a person said that the words were
 * compared by another way than the one the key came, and what `refuse` gives when another key has that name.
 */
export function plusPinned<T extends Recipient>(
  kept: readonly Pinned<T>[],
  one: T,
  { areCompared, at }: Compared,
  refuse: Refuse,
): readonly Pinned<T>[] {
  if (!areCompared)
    throw new PipelineError(
      'handover/not-compared',
      'The six words were not compared yet. Until then it could be anybody.',
    )
  const others = minusPinned(kept, one.fingerprint)
  if (others.some(({ name }) => name === one.name))
    throw refuse('Another one has this name, with other words. Remove that one, or choose another name.')
  return [...others, { ...one, pinnedAt: at }]
}

/** Without the one of that fingerprint. */
export const minusPinned = <T extends Recipient>(kept: readonly Pinned<T>[], gone: string): readonly Pinned<T>[] =>
  kept.filter(({ fingerprint }) => fingerprint !== gone)
