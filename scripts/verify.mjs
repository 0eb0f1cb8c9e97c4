// @ts-check
import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { checkAudit, checkCheckpoints, checkTrace, readActors } from './lib/evidence-log.mjs'
import { Broken, hex, linesOf, Unreadable } from './lib/evidence-read.mjs'
import { checkStatements } from './lib/evidence-statements.mjs'

// Checks an evidence bundle offline: with what Node brings and nothing of the app. verify.py does the same on its own.

const USAGE = `node scripts/verify.mjs BUNDLE [FILE...] [--pin KEYID]...
node scripts/verify.mjs --each BUNDLE... [--pin KEYID]...

BUNDLE       an evidence bundle (docs/formats.md)
FILE         a file that must be one of those released in it
--each       every argument is a bundle; one verdict each
--pin KEYID  the only keys that may have signed, by SHA-256; without it the bundle's own list is believed

Exit code 0: everything holds. 1: something is broken; the first link is named, counted from 0. 2: no bundle, or not readable.`

/** @returns {string[]} what holds, in lines; throws Broken or Unreadable */
function verify(/** @type {Uint8Array} */ bytes, /** @type {string[]} */ digests, /** @type {string[]} */ pins) {
  const lines = linesOf(bytes)
  const actors = readActors(lines, pins)
  checkAudit(lines, actors)
  checkCheckpoints(lines, actors)
  const ways = checkStatements(lines, actors, checkTrace(lines)).ways()
  const released = ways.flatMap(({ subjects }) => subjects)
  const isReleased = (/** @type {string} */ digest) => released.includes(digest)
  const listed = lines.manifest.value.files.map((/** @type {any} */ { digest }) => digest.sha256)
  if (!listed.every(isReleased)) throw new Broken('manifest', 0, 'it lists a file that was not released')
  const other = digests.findIndex((digest) => !isReleased(digest))
  if (other >= 0) throw new Broken('file', other, 'it is not one that was released')
  return facts(lines, pins, ways, digests.length)
}

function facts(
  /** @type {import('./lib/evidence-read.mjs').Lines} */ lines,
  /** @type {string[]} */ pins,
  /** @type {ReturnType<import('./lib/evidence-rules.mjs').Rules['ways']>} */ ways,
  /** @type {number} */ files,
) {
  const { trace, statement, audit, checkpoint, actor } = lines
  return [
    `trace entries ${trace.length}, statements ${statement.length}, audit entries ${audit.length}, checkpoints ${checkpoint.length}, files compared ${files}`,
    ...ways.map(
      ({ said, subjects, scans, prints, accepted }) =>
        `release ${said.traceId} ${said.approval ? 'approved' : 'not approved: teaching'}, printed ${prints}, accepted ${accepted}, files ${subjects.join(' ')}, scans ${scans.join(' ')}`,
    ),
    ...actor.map(
      ({ value }) => `${value.role} ${value.keyId} ${value.keyStrength} ${pins.length > 0 ? 'pinned' : 'not pinned'}`,
    ),
  ]
}

/** Verdict of one bundle, printed. @returns {0 | 1 | 2} */
function judge(/** @type {string} */ path, /** @type {string[]} */ files, /** @type {string[]} */ pins) {
  const name = basename(path)
  try {
    const held = verify(
      read(path),
      files.map((file) => hex(read(file))),
      pins,
    )
    console.log([`${name}: holds`, ...held.map((line) => `  ${line}`)].join('\n'))
    return 0
  } catch (error) {
    if (!(error instanceof Broken || error instanceof Unreadable)) throw error
    console.log(`${name}: ${error instanceof Broken ? '' : 'unreadable: '}${error.message}`)
    return error instanceof Broken ? 1 : 2
  }
}

function read(/** @type {string} */ path) {
  try {
    return readFileSync(path)
  } catch {
    throw new Unreadable(`${basename(path)} cannot be read`)
  }
}

/** @returns {number} */
function main(/** @type {string[]} */ args) {
  const [each, pins, paths] = [args.includes('--each'), /** @type {string[]} */ ([]), /** @type {string[]} */ ([])]
  for (let n = 0; n < args.length; n++) {
    const arg = args[n] ?? ''
    if (arg === '--pin') pins.push(args[++n] ?? '')
    else if (arg !== '--each') paths.push(arg)
  }
  const [first, ...rest] = paths
  if (first === undefined || paths.some((path) => path.startsWith('--'))) {
    console.log(USAGE)
    return args.includes('--help') ? 0 : 2
  }
  return each ? Math.max(...paths.map((path) => judge(path, [], pins))) : judge(first, rest, pins)
}

process.exitCode = main(process.argv.slice(2))
