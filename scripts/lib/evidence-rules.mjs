// @ts-check
import { fields, isCount, isHex, isText, isTime, listOf, oneOf, orNull, same } from './evidence-read.mjs'

// What an approval, a release and a print rest on. Each rule gives a sentence when it does not hold.

/** @typedef {import('./evidence-statements.mjs').Statement} Statement */

const OTHER_ROLE = 'its actor may not say this'
const DAYS_30_MS = 30 * 86_400_000
const revised = { policyId: oneOf('teaching', 'communication', 'planning'), revision: isCount }
const isTests = fields({
  ...{ result: oneOf('PASSED', 'WARNED', 'FAILED'), passedTests: listOf(isText), warnedTests: listOf(isText) },
  failedTests: listOf(isText),
})
const FORMS = {
  stage: () => true,
  'model-run': fields({ model: fields({ id: isText, version: isText, sha256: isHex }) }),
  findings: fields({ ...revised, hard: listOf(isText) }),
  approval: fields({ ...revised, accepted: listOf(isText), models: listOf(isHex), expiresAt: isTime }),
  release: fields({
    ...{ ...revised, approval: orNull(isHex), accepted: listOf(isText), recipient: orNull(isHex), nonce: isHex },
    ...{ expiresAt: isTime, traceId: isText, reprintOf: orNull(isHex) },
  }),
  receipt: fields({ release: isHex, nonce: isHex, recipient: orNull(isHex), printer: isText, material: isText }),
  written: () => true,
  replay: () => true,
  acceptance: fields({ receipt: isHex, decision: oneOf('accept', 'reprint', 'stop'), reasons: listOf(isText) }),
}

const isSameSet = (/** @type {string[]} */ a, /** @type {string[]} */ b) =>
  a.every((one) => b.includes(one)) && b.every((one) => a.includes(one))

export class Rules {
  /** Digests that a statement so far is about. */
  subjects = new Set()
  /** @type {Statement[]} */
  #all = []
  #nonces = new Set()
  /** Digests of releases that were printed, and of acceptances that a reprint followed. */
  #used = new Set()
  #recipes

  constructor(/** @type {Map<string, any>} */ recipes) {
    this.#recipes = recipes
  }

  /** Takes up the next statement; a sentence when it breaks a rule. @returns {string | null} */
  take(/** @type {Statement} */ statement) {
    const { kind, said, subjects } = statement
    if (!FORMS[/** @type {keyof typeof FORMS} */ (kind)](said)) return 'a field is missing or of another kind'
    const why = this.#why(statement)
    if (why) return why
    for (const digest of subjects) this.subjects.add(digest)
    this.#all.push(statement)
    return null
  }

  #why(/** @type {Statement} */ statement) {
    if (statement.kind === 'findings') return this.#findings(statement)
    if (statement.kind === 'approval') return this.#approval(statement)
    if (statement.kind === 'release') return this.#release(statement)
    if (statement.kind === 'receipt') return this.#receipt(statement)
    if (statement.kind === 'acceptance') return this.#acceptance(statement)
    return null
  }

  #of(/** @type {string} */ kind) {
    return this.#all.filter((one) => one.kind === kind)
  }

  #named(/** @type {string} */ kind, /** @type {string | null} */ digest) {
    return this.#of(kind).find((one) => one.digest === digest)
  }

  #findings(/** @type {Statement} */ { said, predicate }) {
    if (!isTests(predicate)) return 'a field is missing or of another kind'
    const { result, failedTests, warnedTests } = predicate
    const worst = failedTests.length > 0 ? 'FAILED' : warnedTests.length > 0 ? 'WARNED' : 'PASSED'
    if (result !== worst) return 'its result is not that of its tests'
    return this.#of('findings').some((one) => one.said.revision > said.revision)
      ? 'a later revision was checked before'
      : null
  }

  /** What was checked and is meant by these digests, whole and of this revision; else a sentence. @returns {Statement[] | string} */
  #checked(/** @type {string[]} */ digests, /** @type {any} */ { revision, policy, policyId }) {
    const meant = this.#of('findings').filter(({ subjects }) => subjects.some((one) => digests.includes(one)))
    const ofRevision = meant.filter(({ said }) => said.revision === revision)
    if (
      !isSameSet(
        ofRevision.flatMap(({ subjects }) => subjects),
        digests,
      ) ||
      digests.length === 0
    ) {
      return 'it is not about what was checked'
    }
    if (ofRevision.some(({ said }) => said.policy !== policy || said.policyId !== policyId)) {
      return 'it was checked under another policy'
    }
    if (this.#of('findings').some(({ said }) => said.revision > revision)) return 'a later revision supersedes it'
    return ofRevision
  }

  #approval(/** @type {Statement} */ { said, subjects }) {
    if (!isSameSet(subjects, said.materials)) return 'it is not about what was checked'
    if (said.expiresAt <= said.at) return 'it ran out before it began'
    const checked = this.#checked(subjects, said)
    return typeof checked === 'string' ? checked : unaccepted(checked, said.accepted)
  }

  #release(/** @type {Statement} */ { said, subjects }) {
    if (this.#nonces.has(said.nonce)) return 'its nonce was used before'
    const lasts = Date.parse(said.expiresAt) - Date.parse(said.at)
    if (lasts <= 0 || lasts > DAYS_30_MS) return 'it lasts longer than 30 days, or not at all'
    const checked = this.#checked(said.materials, said)
    if (typeof checked === 'string') return checked
    const why = isTaught(said) ? unaccepted(checked, said.accepted) : this.#approved(said)
    if (why) return why
    if (!subjects.every((file) => this.#isWrittenFrom(file, said.materials)) || subjects.length === 0) {
      return 'a file was not written from what was checked'
    }
    const steps = this.#recipes.get(said.traceId)?.steps
    const made = (steps ?? []).flatMap((/** @type {any} */ step) => [...step.inputDigests, step.outputDigest])
    if (!said.materials.every((/** @type {string} */ one) => made.includes(one)))
      return 'its trace id is of another recipe'
    if (said.reprintOf !== null) {
      const asked = this.#named('acceptance', said.reprintOf)
      if (asked?.said.decision !== 'reprint' || this.#used.has(said.reprintOf)) return 'nobody asked for this reprint'
      this.#used.add(said.reprintOf)
    }
    this.#nonces.add(said.nonce)
    return null
  }

  #approved(/** @type {any} */ said) {
    const approval = this.#named('approval', said.approval)
    if (said.role !== 'operator') return OTHER_ROLE
    if (!approval) return 'no approval is before it'
    if (this.#of('approval').at(-1) !== approval) return 'a later approval supersedes it'
    const { revision, policy, policyId, materials, expiresAt, models } = approval.said
    if (
      !same([revision, policy, policyId], [said.revision, said.policy, said.policyId]) ||
      !isSameSet(materials, said.materials)
    ) {
      return 'the approval is for something else'
    }
    if (said.at > expiresAt) return 'the approval had run out'
    const runs = this.#behind(said.materials).filter(({ kind }) => kind === 'model-run')
    const areApproved = runs.every(({ said: { model } }) => models.includes(model.sha256))
    return areApproved ? null : 'a network marked it that was not approved'
  }

  /** Steps that these digests come from, newest first. */
  #behind(/** @type {string[]} */ digests) {
    const open = new Set(digests)
    return [...this.#all].reverse().filter(({ subjects, said }) => {
      if (!subjects.some((one) => open.has(one))) return false
      for (const one of said.materials) open.add(one)
      return true
    })
  }

  /** Each release with the scans it comes from and the prints it led to. */
  ways() {
    return this.#of('release').map(({ said, digest, subjects }) => {
      const scans = this.#behind(said.materials).filter((one) => one.said.materials.length === 0)
      const prints = this.#of('receipt').filter((one) => one.said.release === digest)
      const judged = this.#of('acceptance').filter((one) => prints.some((print) => print.digest === one.said.receipt))
      const accepted = judged.filter((one) => one.said.decision === 'accept')
      return {
        said,
        subjects,
        scans: scans.flatMap((one) => one.subjects),
        prints: prints.length,
        accepted: accepted.length,
      }
    })
  }

  #isWrittenFrom(/** @type {string} */ file, /** @type {string[]} */ materials) {
    return [...this.#of('stage'), ...this.#of('written')].some(
      ({ subjects, said }) =>
        subjects.includes(file) &&
        said.materials.length > 0 &&
        said.materials.every((/** @type {string} */ one) => materials.includes(one)),
    )
  }

  #receipt(/** @type {Statement} */ { said }) {
    const release = this.#named('release', said.release)
    if (!release) return 'no release is before it'
    if (said.role !== 'operator' && !isTaught(release.said)) return OTHER_ROLE
    if (this.#used.has(said.release) || said.nonce !== release.said.nonce) return 'the release was used before'
    if (said.recipient !== release.said.recipient) return 'it was released for somebody else'
    if (said.at > release.said.expiresAt) return 'the release had run out'
    if (
      !said.materials.every((/** @type {string} */ one) => release.subjects.includes(one)) ||
      said.materials.length === 0
    ) {
      return 'another file was printed'
    }
    this.#used.add(said.release)
    return null
  }

  #acceptance(/** @type {Statement} */ { said, subjects }) {
    const receipt = this.#named('receipt', said.receipt)
    if (!receipt || !isSameSet(subjects, receipt.subjects)) return 'it is about another print'
    if (said.role !== receipt.said.role) return OTHER_ROLE
    return said.decision !== 'accept' && said.reasons.length === 0 ? 'it gives no reason' : null
  }
}

/** Failing checks must be accepted by name, and a hard one cannot be. */
function unaccepted(/** @type {Statement[]} */ checked, /** @type {string[]} */ accepted) {
  const failed = checked.flatMap(({ predicate }) => predicate.failedTests)
  if (checked.some(({ said }) => said.hard.length > 0)) return 'a check failed that nobody may accept'
  return failed.every((name) => accepted.includes(name)) ? null : 'a check failed that was not accepted'
}

/** Under teaching a release may rest on no approval, and says so. */
const isTaught = (/** @type {any} */ { policyId, approval }) => policyId === 'teaching' && approval === null
