// @ts-check
import { rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { cacheFile, ROOT } from './root.mjs'

/**
 * Bundles TypeScript files of this project, kernels included, and loads them; packages stay outside. Bundled as the app is:
 * Vite's module runner calls every imported function through a getter, which made inner loops six times slower.
 * @param {string[]} files absolute paths
 * @returns {Promise<Record<string, unknown>[]>} their exports, in the same order
 */
export async function loadTypeScript(files) {
  const { build } = await import('vite')
  const outDir = cacheFile(`bundle-${process.pid}`)
  const input = Object.fromEntries(files.map((file, n) => [`${n}-${basename(file, '.ts')}`, file]))
  try {
    await build({
      configFile: false,
      root: ROOT,
      logLevel: 'warn',
      publicDir: false,
      build: { ssr: true, outDir, minify: false, target: 'node20', rollupOptions: { input } },
    })
    return await Promise.all(Object.keys(input).map((name) => import(pathToFileURL(join(outDir, `${name}.js`)).href)))
  } finally {
    rmSync(outDir, { recursive: true, force: true })
  }
}
