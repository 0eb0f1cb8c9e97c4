import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createServer } from 'vite'
import packageJson from '../../package.json' with { type: 'json' }

/**
 * Modules of the project as they are, at `/empty` in a page that is otherwise empty: `globalThis.own` has what the paths under src
 * export, all in one. The caller closes it.
 */
export async function openSources(paths: readonly string[]): Promise<{ readonly url: string; close(): Promise<void> }> {
  const names = paths.map((path, n) => `import * as part${n} from '/src/${path}'`)
  // Constants that the build puts in.
  const constants = `globalThis.__APP_VERSION__ = ${JSON.stringify(packageJson.version)}`
  const script = `${names.join('\n')}\nglobalThis.own = { ${paths.map((_, n) => `...part${n}`).join(', ')} }`
  const server = await createServer({
    root: fileURLToPath(new URL('../..', import.meta.url)),
    configFile: false,
    appType: 'custom',
    logLevel: 'error',
    cacheDir: mkdtempSync(join(tmpdir(), 'proofprint-sources-')),
    optimizeDeps: { noDiscovery: true, include: ['idb', '@hpke/core', 'comlink'] },
    server: { host: '127.0.0.1', port: 0, watch: null, hmr: false },
  })
  server.middlewares.use('/empty', (_request, response) => {
    response.setHeader('content-type', 'text/html')
    response.end(
      `<!doctype html><title>empty</title><script>${constants}</script><script type="module">${script}</script>`,
    )
  })
  await server.listen()
  const address = server.httpServer?.address()
  if (typeof address !== 'object' || address === null) throw new Error('the server has no port')
  return { url: `http://localhost:${address.port}`, close: () => server.close() }
}
