// @ts-check
import { readdirSync, readFileSync } from 'node:fs'

/** @typedef {{ rendererMiB: number | null, totalMiB: number | null, method: string }} PeakMemory */
/** @typedef {{ pid: number, parent: number }} Process */

const PERIOD_MS = 200
const METHOD =
  'renderer: largest VmHWM of a renderer process (kept by the kernel); ' +
  'total: highest sum of RssAnon + RssShmem over all browser processes, every 200 ms'

/**
 * Watches the memory of every process below `root` until `stop` is called; `read` gives the peaks so far.
 * Linux only; elsewhere the figures are null.
 * PSS (smaps_rollup) is not read: it took 25 ms a sample for 1 GB, which slows what it measures; these files take 3 ms.
 * @param {number} root process id
 * @returns {{ read: () => PeakMemory, stop: () => void }}
 */
export function watchMemory(root) {
  if (process.platform !== 'linux') {
    const method = `not measured on ${process.platform}`
    return { read: () => ({ rendererMiB: null, totalMiB: null, method }), stop: () => {} }
  }
  let rendererKiB = 0
  let totalKiB = 0
  const sample = () => {
    const statuses = descendants(root).map(readProcess)
    totalKiB = Math.max(
      totalKiB,
      statuses.reduce((sum, one) => sum + one.ownKiB, 0),
    )
    for (const one of statuses) if (one.isRenderer) rendererKiB = Math.max(rendererKiB, one.highestKiB)
  }
  sample()
  const timer = setInterval(sample, PERIOD_MS)
  return {
    stop: () => clearInterval(timer),
    read() {
      sample()
      return { rendererMiB: Math.round(rendererKiB / 1024), totalMiB: Math.round(totalKiB / 1024), method: METHOD }
    },
  }
}

/** KiB that the renderer processes among these hold themselves (RssAnon + RssShmem); 0 where there is no /proc. */
export function ownMemoryKiB(/** @type {number[]} */ pids) {
  const renderers = pids.map(readProcess).filter((one) => one.isRenderer)
  return renderers.reduce((sum, one) => sum + one.ownKiB, 0)
}

/** Ids of all processes below `root`, without it. */
export function descendants(/** @type {number} */ root) {
  const all = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  const processes = all.flatMap((name) => parentOf(Number(name)))
  /** @type {number[]} */
  const found = []
  const queue = [root]
  for (let parent = queue.pop(); parent !== undefined; parent = queue.pop()) {
    const children = processes.filter((one) => one.parent === parent).map((one) => one.pid)
    found.push(...children)
    queue.push(...children)
  }
  return found
}

/** @returns {Process[]} empty when the process has just ended */
function parentOf(/** @type {number} */ pid) {
  const stat = readOr(`/proc/${pid}/stat`)
  // The program's name stands in brackets and may itself hold brackets and blanks.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return fields[1] ? [{ pid, parent: Number(fields[1]) }] : []
}

function readProcess(/** @type {number} */ pid) {
  const status = readOr(`/proc/${pid}/status`)
  const kib = (/** @type {string} */ name) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? 0)
  return {
    ownKiB: kib('RssAnon') + kib('RssShmem'),
    highestKiB: kib('VmHWM'),
    isRenderer: readOr(`/proc/${pid}/cmdline`).includes('--type=renderer'),
  }
}

function readOr(/** @type {string} */ file, otherwise = '') {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return otherwise
  }
}
