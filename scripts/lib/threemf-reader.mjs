// @ts-check
import { inRoot } from './root.mjs'

/** @typedef {{ triangles: (file: string) => Promise<number>, close: () => Promise<void> }} ThreeMfReader */

/** The loader as one script. */
async function bundledLoader() {
  const { build } = await import('vite')
  const lib = {
    entry: inRoot('scripts', 'lib', 'threemf-loader.mjs'),
    name: 'reader',
    formats: [/** @type {const} */ ('iife')],
  }
  const made = await build({ configFile: false, logLevel: 'error', build: { write: false, lib } })
  const [first] = [made].flat()
  const [chunk] = first && 'output' in first ? first.output : []
  if (chunk?.type !== 'chunk') throw new Error('the loader was not bundled')
  return chunk.code
}

/**
 * Opens 3MF files with three's loader in a page of Chromium: its XML parser holds a million triangles, those for Node do not.
 * @returns {Promise<ThreeMfReader>}
 */
export async function openThreeMfReader(/** @type {string} */ executablePath) {
  const { chromium } = await import('playwright-core')
  const content = await bundledLoader()
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] })
  return {
    async triangles(file) {
      const page = await browser.newPage()
      try {
        await page.setContent('<input type="file">')
        await page.addScriptTag({ content })
        await page.setInputFiles('input', file)
        return await page.evaluate(async () => {
          const bytes = await document.querySelector('input')?.files?.[0]?.arrayBuffer()
          // @ts-expect-error the script above made it
          return /** @type {Promise<number>} */ (globalThis.reader.trianglesIn(bytes))
        })
      } finally {
        await page.close()
      }
    },
    close: () => browser.close(),
  }
}
