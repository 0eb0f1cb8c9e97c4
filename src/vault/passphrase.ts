import { PipelineError } from '../core/errors.ts'

export const MIN_PASSPHRASE_LENGTH = 10
const MIN_DISTINCT = 5
const MIN_BEYOND_STEM = 5
/** Rows that fingers walk along, forwards or backwards. */
const RUNS = [
  'abcdefghijklmnopqrstuvwxyz',
  '01234567890123456789',
  'qwertyuiopasdfghjklzxcvbnm',
  'qwertzuiopasdfghjklyxcvbnm',
]
const STEMS = /pass(word|phrase|wort)|letmein|welcome|secret|admin|qwert[yz]|iloveyou|proofprint|hospital|patient/g

const reversed = (text: string) => [...text].reverse().join('')
const isRun = (text: string) => RUNS.some((run) => run.includes(text) || reversed(run).includes(text))
/** "abcabcabcabc" or "aaaaaaaaaaaa": a short block again and again. */
const isRepeated = (text: string) => /^(.{1,4})\1+.{0,3}$/u.test(text)

/** Same keystrokes, same text, whatever the keyboard driver composed. */
export function normalised(passphrase: string): string {
  return passphrase.normalize('NFC')
}

/**
 * Refuses what anyone would try first. Not a measure of strength: the cost of each guess is in the key derivation.
 * Throws 'vault/weak-passphrase'.
 */
export function checkPassphrase(passphrase: string): void {
  const text = normalised(passphrase).toLowerCase()
  const plain = text.replace(/\s/g, '')
  const withoutStem = text.replace(STEMS, '').replace(/[^\p{L}]/gu, '')
  const obvious =
    new Set(plain).size < MIN_DISTINCT ||
    isRun(plain) ||
    isRepeated(plain) ||
    (text.search(STEMS) >= 0 && withoutStem.length < MIN_BEYOND_STEM)
  if ([...text].length >= MIN_PASSPHRASE_LENGTH && plain.length > 0 && !obvious) return
  throw new PipelineError(
    'vault/weak-passphrase',
    `Choose a passphrase of at least ${MIN_PASSPHRASE_LENGTH} characters that nobody would try first, for example four unrelated words.`,
  )
}
