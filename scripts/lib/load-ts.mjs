// @ts-check
import { rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { cacheFile, ROOT } from './root.mjs'

let bundles = 0

/**
 * Bundles TypeScript files of this project, kernels included; packages stay outside. Bundled as the app is: Vite's module
 * runner calls every imported function through a getter, which made inner loops six times slower.
 * @param {string[]} files absolute paths
 * @returns {Promise<{ modules: string[], remove: () => void }>} a module of each, in the same order, until they are removed
 */
export async function bundleTypeScript(files) {
  const { build } = await import('vite')
  const outDir = cacheFile(`bundle-${process.pid}-${bundles++}`)
  const input = Object.fromEntries(files.map((file, n) => [`${n}-${basename(file, '.ts')}`, file]))
  const remove = () => rmSync(outDir, { recursive: true, force: true })
  try {
    await build({
      configFile: false,
      root: ROOT,
      logLevel: 'warn',
      publicDir: false,
      build: { ssr: true, outDir, minify: false, target: 'node20', rollupOptions: { input } },
    })
  } catch (error) {
    remove()
    throw error
  }
  return { modules: Object.keys(input).map((name) => join(outDir, `${name}.js`)), remove }
}

/**
 * Loads TypeScript files of this project, as bundleTypeScript() makes modules of them.
 * @param {string[]} files absolute paths
 * @returns {Promise<Record<string, unknown>[]>} their exports, in the same order
 */
export async function loadTypeScript(files) {
  const { modules, remove } = await bundleTypeScript(files)
  try {
    return await Promise.all(modules.map((module) => import(pathToFileURL(module).href)))
  } finally {
    remove()
  }
}
