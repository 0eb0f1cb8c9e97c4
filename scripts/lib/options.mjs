// @ts-check
import { parseArgs } from 'node:util'
import { Problem } from './problem.mjs'

/**
 * What the headless page is asked to do, apart from the files themselves.
 * @typedef {{
 *   template: string | null, policy: string, process: string, series: number | null,
 *   set: Record<string, string | number | boolean>, until: string | null, keep: string[],
 *   acknowledge: { check: string, reason: string }[], backend: string
 * }} LineOptions
 */
/** @typedef {{ scan: string, out: string, json: boolean, line: LineOptions }} Request */

const POLICIES = ['teaching', 'communication', 'planning']
const PROCESSES = ['fdm', 'sla', 'sls', 'mjf', 'polyjet']
const STATIONS = ['scan', 'segment', 'model', 'check']
const KEEPABLE = ['volume', 'mask']
/** Gates that a person may accept; the policies say by whom. */
export const ACCEPTABLE = ['slice-spacing', 'shells', 'self-intersections', 'genus', 'wall-thickness', 'ai-review']
const BACKENDS = ['auto', 'cpu', 'webgpu']

export const USAGE = `npm run pipeline -- SCAN [options]

SCAN                      a NIfTI, NRRD or MHA file, a DICOM folder, a zip of one, or the word: sample
--template ID             anatomy preset, for example ct-bone (default: chosen by the kind of scan)
--policy ID               intended use: ${POLICIES.join(', ')} (default ${POLICIES[0]})
--process ID              how it will be printed: ${PROCESSES.join(', ')} (default ${PROCESSES[0]})
--series N                which series, counted from 1, when the scan holds several
--set STAGE.PARAM=VALUE   replaces one value of the template, repeatable
--until STATION           stops after: ${STATIONS.join(', ')}
--keep LIST               also writes: ${KEEPABLE.join(',')} (as .nii.gz, in the grid that was used)
--acknowledge GATE=REASON accepts a finding, repeatable: ${ACCEPTABLE.join(', ')}
--backend ID              ${BACKENDS.join(', ')} (default ${BACKENDS[0]})
--bundle                  also writes evidence.bundle, for scripts/verify.mjs; files are released in it under teaching only
--out DIR                 where the files go (default out)
--json                    prints the report to stdout
--help                    prints this

Exit code 0: released, or stopped by --until. 2: refused by a gate. 3: what a network marked needs review.
1: an error.`

/**
 * Reads the command line of the pipeline; null when only help was asked for.
 * Throws a Problem with 'app/bad-parameter' for anything it does not understand.
 * @param {string[]} args
 * @returns {Request | null}
 */
export function parseOptions(args) {
  const { values, positionals } = readArguments(args)
  if (values.help) return null
  const [scan, ...others] = positionals
  if (!scan) throw bad('Name the scan: a file, a folder, a zip, or the word sample. --help lists the options.')
  if (others.length > 0) throw bad(`One scan at a time, please: "${others[0]}" is one too many.`)
  return {
    scan,
    out: given('out', values.out ?? 'out'),
    json: values.json ?? false,
    line: {
      template: values.template === undefined ? null : given('template', values.template),
      policy: oneOf('policy', values.policy, POLICIES),
      process: oneOf('process', values.process, PROCESSES),
      series: values.series === undefined ? null : seriesNumber(values.series),
      set: Object.fromEntries((values.set ?? []).map(setting)),
      until: values.until === undefined ? null : oneOf('until', values.until, STATIONS),
      keep: [...keepList(values.keep ?? ''), ...(values.bundle ? ['bundle'] : [])],
      acknowledge: (values.acknowledge ?? []).map(acknowledgement),
      backend: oneOf('backend', values.backend, BACKENDS),
    },
  }
}

const bad = (/** @type {string} */ sentence) => new Problem('app/bad-parameter', sentence)

function readArguments(/** @type {string[]} */ args) {
  const one = { type: /** @type {const} */ ('string') }
  const many = { ...one, multiple: /** @type {const} */ (true) }
  const flag = { type: /** @type {const} */ ('boolean') }
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        template: one,
        policy: one,
        process: one,
        series: one,
        set: many,
        until: one,
        keep: one,
        acknowledge: many,
        backend: one,
        out: one,
        bundle: flag,
        json: flag,
        help: { ...flag, short: 'h' },
      },
    })
  } catch (error) {
    // Node's text goes on with hints about quoting that help nobody here.
    const first = error instanceof Error ? error.message.split(/[.\n]/)[0] : String(error)
    throw bad(`${first}. --help lists the options.`)
  }
}

function given(/** @type {string} */ name, /** @type {string} */ value) {
  if (value.trim() === '') throw bad(`--${name} needs a value.`)
  return value
}

/**
 * @param {string} name
 * @param {string | undefined} value the first of the list when not given
 * @param {string[]} list
 */
function oneOf(name, value, list) {
  const chosen = value ?? list[0] ?? ''
  if (list.includes(chosen)) return chosen
  throw bad(`--${name} is one of ${list.join(', ')}, not "${chosen}".`)
}

function seriesNumber(/** @type {string} */ text) {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text)
  throw bad(`--series is a number counted from 1, not "${text}".`)
}

/**
 * `stage.param=value`; the value is a number or true or false when it reads as one, else text.
 * @param {string} text
 * @returns {[string, string | number | boolean]}
 */
function setting(text) {
  const match = /^([a-z][a-z0-9-]*\.[a-z][a-zA-Z0-9]*)=(.+)$/.exec(text)
  if (!match?.[1] || !match[2]) throw bad(`--set is written stage.param=value, not "${text}".`)
  return [match[1], readValue(match[2].trim())]
}

function readValue(/** @type {string} */ text) {
  if (text === 'true' || text === 'false') return text === 'true'
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : text
}

function keepList(/** @type {string} */ text) {
  const names = text.split(',').flatMap((name) => name.trim() || [])
  return [...new Set(names.map((name) => oneOf('keep', name, KEEPABLE)))]
}

/** @param {string} text */
function acknowledgement(text) {
  const [check, ...rest] = text.split('=')
  const reason = rest.join('=').trim()
  if (!check || !reason) throw bad(`--acknowledge is written gate=reason, not "${text}".`)
  return { check: oneOf('acknowledge', check, ACCEPTABLE), reason }
}
