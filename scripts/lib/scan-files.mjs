// @ts-check
import { readdirSync, statSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { Problem } from './problem.mjs'

/** One file to hand over: where it is, and its path as the app should see it (with the folder it was found in). */
/** @typedef {{ file: string, path: string }} ScanFile */

/**
 * The files of a scan: the file itself, or every file below a folder, sorted by path. Links inside a folder are not
 * followed, and names starting with a dot are left out (.DS_Store). Throws a Problem when there is nothing to read.
 * @param {string} scan
 * @returns {ScanFile[]}
 */
export function collectScanFiles(scan) {
  const root = resolve(scan)
  const stats = statSync(root, { throwIfNoEntry: false })
  if (!stats) throw new Problem('import/nothing-readable', `There is no file or folder ${scan}.`)
  if (!stats.isDirectory()) return [{ file: root, path: basename(root) }]
  const files = filesBelow(root, '')
  if (files.length > 0) return files
  throw new Problem('import/nothing-readable', `The folder ${scan} holds no files.`)
}

/**
 * @param {string} folder
 * @param {string} prefix
 * @returns {ScanFile[]}
 */
function filesBelow(folder, prefix) {
  return readdirSync(folder, { withFileTypes: true })
    .filter((item) => !item.name.startsWith('.'))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((item) => {
      const file = join(folder, item.name)
      const path = prefix + item.name
      if (item.isDirectory()) return filesBelow(file, `${path}/`)
      return item.isFile() ? [{ file, path }] : []
    })
}
