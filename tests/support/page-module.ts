import type { Page } from 'playwright-core'
import { build } from 'vite'
import { securityHeaders as headers } from '../../config/headers.ts'
import { inRoot, ROOT } from '../../scripts/lib/root.mjs'

/** A file of tests/support as one module for a browser. */
async function moduleOf(name: string): Promise<string> {
  const lib = { entry: inRoot('tests', 'support', name), formats: ['es' as const], fileName: 'module' }
  const built = await build({
    configFile: false,
    root: ROOT,
    logLevel: 'warn',
    publicDir: false,
    build: { write: false, target: 'es2023', lib },
  })
  const [bundle] = Array.isArray(built) ? built : [built]
  const chunk = bundle && 'output' in bundle ? bundle.output[0] : undefined
  if (!chunk) throw new Error(`${name} was not built`)
  return chunk.code
}

const HTML = '<!doctype html><title>A module</title><script type="module" src="module.js"></script>'

/**
 * Opens a page with a file of tests/support as its only script, at the origin and under the policy of the built app. Whatever else
 * it asks for beside itself, `fileOf` gives.
 */
export async function openModulePage(
  page: Page,
  name: string,
  fileOf: (name: string) => string | Uint8Array,
): Promise<void> {
  const code = await moduleOf(name)
  await page.route('**/module-page/**', (route) => {
    const asked = new URL(route.request().url()).pathname.split('/').at(-1) ?? ''
    if (asked === '') return route.fulfill({ contentType: 'text/html', headers, body: HTML })
    if (asked === 'module.js') return route.fulfill({ contentType: 'text/javascript', headers, body: code })
    const body = fileOf(asked)
    return route.fulfill({ headers, body: typeof body === 'string' ? body : Buffer.from(body) })
  })
  await page.goto('/module-page/')
}
