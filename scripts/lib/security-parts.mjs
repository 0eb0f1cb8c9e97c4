// @ts-check

/**
 * One of the things that a claim names, and the test that shows it: `%s` of its title is `of`.
 * @typedef {{ name: string, file: string, test: string, of?: string }} Part
 */
/** @typedef {{ claim: string, what: string, parts: readonly Part[] }} PartsOfClaim */

const PIPELINE = 'tests/hostile/pipeline-manipulation.test.ts'
const BUNDLE = 'tests/hostile/evidence-manipulation.test.ts'
const NAMED = '%s is named at its statement by both verifiers'

/** @type {PartsOfClaim} */
const MANIPULATIONS = {
  claim: 'T16',
  what: 'manipulations blocked',
  parts: [
    { name: 'mesh swap after QA', file: PIPELINE, test: 'another mesh after the check is not written' },
    {
      name: 'mirror',
      file: PIPELINE,
      test: 'before the check it is too far from the mask, although it fills the same box',
    },
    { name: 'x25.4 scale', file: PIPELINE, test: 'is refused before and after the check' },
    {
      name: 'label swap',
      file: PIPELINE,
      test: 'the mask of another label is not one that the trace of the part knows',
    },
    { name: 'threshold edit', file: PIPELINE, test: 'threshold-edit: other bounds in the trace are found' },
    {
      name: 'model byte flip',
      file: PIPELINE,
      test: 'one bit of byte %s makes it a network that nobody approved',
      of: '2000',
    },
    { name: 'approval replay', file: BUNDLE, test: NAMED, of: 'approval-replay' },
    { name: 'hidden object', file: PIPELINE, test: '%s in the file is refused', of: 'a second object' },
    { name: 'stale approval', file: BUNDLE, test: NAMED, of: 'stale-approval' },
    { name: 'wrong recipient', file: BUNDLE, test: NAMED, of: 'wrong-recipient' },
    {
      name: 'policy downgrade',
      file: PIPELINE,
      test: 'findings by the limits of another use, or of another version, release nothing',
    },
    { name: 'seed change', file: BUNDLE, test: NAMED, of: 'seed-change' },
  ],
}

const LOCK = 'tests/e2e/page-lock.test.ts'

/** @type {PartsOfClaim} */
const NEXT_PERSON = {
  claim: 'T17',
  what: 'ways in which a place is left, all locked',
  parts: [
    { name: 'idle', file: LOCK, test: 'after the idle time' },
    { name: 'hidden', file: LOCK, test: 'behind another one for 30 s: locked' },
    { name: 'frozen', file: LOCK, test: 'and freezes: blank at once, and locked when it wakes' },
    {
      name: 'back from the memory of the browser',
      file: LOCK,
      test: 'when it was left and the back button brings it back from memory',
    },
    { name: 'back button', file: LOCK, test: 'the back button leads to nothing of the case after that' },
    { name: 'second tab', file: LOCK, test: 'in another tab: that one shows nothing before, and is locked along' },
    { name: 'reload', file: LOCK, test: 'by a reload' },
    { name: 'print of the screen', file: LOCK, test: 'a print of the screen shows a notice and nothing of the case' },
    { name: 'object addresses', file: LOCK, test: 'by a press: no address of an object of the page lives on' },
    {
      name: 'next person',
      file: LOCK,
      test: 'the next person sees that there is a vault and nothing of what is in it; its owner finds the case again',
    },
    { name: 'within 500 ms', file: LOCK, test: 'by a press: blank and gone within 500 ms' },
    { name: 'worker gone', file: LOCK, test: 'when its worker hangs: it is ended' },
  ],
}

const PASSKEY = 'tests/e2e/passkey.test.ts'
const OPENS = '%s: named, and the passphrase opens the vault'

/** @type {PartsOfClaim} */
const PASSKEYS = {
  claim: 'T19',
  what: 'ways of a passkey that end as stated',
  parts: [
    { name: 'with PRF', file: PASSKEY, test: 'with PRF it opens the vault, and so does the passphrase' },
    { name: 'without PRF', file: PASSKEY, test: OPENS, of: 'whose device has lost PRF' },
    { name: 'PRF absent when it is made', file: PASSKEY, test: OPENS, of: 'that cannot make a key from the start' },
    { name: 'user not verified', file: PASSKEY, test: OPENS, of: 'that does not check who you are' },
    { name: 'deleted', file: PASSKEY, test: OPENS, of: 'that was deleted' },
    {
      name: 'two devices',
      file: PASSKEY,
      test: 'of each of two devices opens the vault; one that is lost leaves the other',
    },
  ],
}

/** What claims name one by one. @type {readonly PartsOfClaim[]} */
export const PARTS = [MANIPULATIONS, NEXT_PERSON, PASSKEYS]

/** The title of the test that shows a part. */
export const titleOf = (/** @type {Part} */ { test, of }) => (of === undefined ? test : test.replace('%s', of))
