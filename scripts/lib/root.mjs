// @ts-check
import { realpathSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The project folder. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** A path inside the project. */
export const inRoot = (/** @type {string[]} */ ...parts) => join(ROOT, ...parts)

/** Where the scripts remember what they did. Inside node_modules, so a fresh install forgets it too. */
export const cacheFile = (/** @type {string} */ name) => inRoot('node_modules', '.cache', 'proofprint', name)

/** True when the module at `url` (import.meta.url) is the program Node was started with. */
export function isMain(/** @type {string} */ url) {
  // import.meta.url has links resolved, argv has not.
  return process.argv[1] !== undefined && fileURLToPath(url) === realpathSync(process.argv[1])
}
