import type { TestProject } from 'vitest/node'
import { buildIfStale, DIST } from '../../scripts/lib/build.mjs'
import { serve } from '../../scripts/serve.mjs'
import { setup } from '../../scripts/setup.mjs'

declare module 'vitest' {
  export interface ProvidedContext {
    /** Where the built app is served, with a trailing slash. */
    baseUrl: string
  }
}

/** Vitest's globalSetup for the browser journeys: builds once when stale, serves the build, gives its address. */
export default async function serveBuiltApp(project: TestProject): Promise<() => Promise<void>> {
  await setup()
  await buildIfStale()
  const app = await serve(DIST)
  project.provide('baseUrl', app.url)
  return app.close
}
