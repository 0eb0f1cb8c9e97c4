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
    { name: 'approval replay', file: BUNDLE, test: NAMED, of: 'approval replay' },
    { name: 'hidden object', file: PIPELINE, test: '%s in the file is refused', of: 'a second object' },
    { name: 'stale approval', file: BUNDLE, test: NAMED, of: 'stale approval' },
    { name: 'wrong recipient', file: BUNDLE, test: NAMED, of: 'wrong recipient' },
    {
      name: 'policy downgrade',
      file: PIPELINE,
      test: 'findings by the limits of another use, or of another version, release nothing',
    },
    { name: 'seed change', file: BUNDLE, test: NAMED, of: 'seed change' },
  ],
}

/** What claims name one by one. @type {readonly PartsOfClaim[]} */
export const PARTS = [MANIPULATIONS]

/** The title of the test that shows a part. */
export const titleOf = (/** @type {Part} */ { test, of }) => (of === undefined ? test : test.replace('%s', of))
