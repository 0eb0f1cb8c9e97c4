import { fileURLToPath } from 'node:url'
import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig } from 'vitest/config'
import { csp, SEALED_FOLDER, SEALED_WORKERS, securityHeaders } from './config/headers.ts'
import { releaseList } from './config/release-list.ts'
import packageJson from './package.json' with { type: 'json' }

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url))

// Dawn crashed in worker threads and when two files shared a process (measured); forks, one file at a time, is clean.
const oneAtATime = { pool: 'forks', isolate: true, fileParallelism: false } as const

export default defineConfig({
  plugins: [svelte(), releaseList(packageJson.version)],
  define: { __APP_VERSION__: JSON.stringify(packageJson.version) },
  resolve: {
    // itk-wasm's zstd decoder does fetch('data:...'), which connect-src 'self' forbids.
    alias: { '@thewtex/zstddec': path('./workers/zstd-shim.ts') },
  },
  // Workers are not crawled by the dev pre-bundler; without this the page reloads on first worker use.
  optimizeDeps: {
    entries: ['index.html', 'headless.html', 'workers/**/*.worker.ts'],
    exclude: ['@itk-wasm/dicom', '@itk-wasm/image-io'],
  },
  worker: {
    format: 'es',
    rollupOptions: {
      output: {
        entryFileNames: ({ name }) => `${SEALED_WORKERS.includes(name) ? SEALED_FOLDER : 'assets/'}[name]-[hash].js`,
      },
    },
  },
  build: {
    target: 'es2023',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 4096,
    rollupOptions: {
      input: { index: path('./index.html'), headless: path('./headless.html'), wipe: path('./wipe.html') },
    },
  },
  preview: { headers: securityHeaders },
  // Dev injects <style> elements for CSS and uses a websocket; only those two are relaxed.
  server: {
    headers: {
      ...securityHeaders,
      'Content-Security-Policy': csp.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'"),
    },
  },
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          environment: 'node',
          include: [
            'tests/architecture.test.ts',
            'tests/unit/**/*.test.ts',
            'tests/property/**/*.test.ts',
            'tests/hostile/**/*.test.ts',
          ],
          pool: 'forks',
          testTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'gpu',
          environment: 'node',
          include: ['tests/gpu/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 1 },
          ...oneAtATime,
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          environment: 'node',
          include: ['tests/e2e/**/*.test.ts'],
          globalSetup: ['tests/support/built-app.ts'],
          testTimeout: 240_000,
          hookTimeout: 240_000,
          pool: 'forks',
          // Journeys wait for a browser most of the time: two at once on two cores save a third (measured).
          maxWorkers: 2,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
})
