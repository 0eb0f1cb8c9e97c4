// @ts-check
import { buildIfStale, DIST } from './lib/build.mjs'
import { Problem, runMain } from './lib/problem.mjs'
import { serve } from './serve.mjs'
import { setup } from './setup.mjs'

const FIRST_PORT = 4173
const PORTS_TRIED = 20

/** PORT when it is set, else 4173 or the next free one. */
async function serveApp() {
  const asked = process.env.PORT
  if (asked) {
    const port = Number(asked)
    if (Number.isInteger(port) && port >= 0 && port < 65536) return serve(DIST, port)
    throw new Problem('serve/port', `PORT must be a number from 0 to 65535, not "${asked}".`)
  }
  for (let port = FIRST_PORT; port < FIRST_PORT + PORTS_TRIED; port++) {
    try {
      return await serve(DIST, port)
    } catch (error) {
      if (!(error instanceof Problem) || error.code !== 'serve/port') throw error
    }
  }
  return serve(DIST)
}

await runMain(async () => {
  await setup()
  await buildIfStale()
  const app = await serveApp()
  // The name, not the number: a case stays with the origin it was stored under, and passkeys refuse bare addresses.
  console.log(`Proofprint is at http://localhost:${app.port}/ (Ctrl-C ends it)`)
  await new Promise((resolve) => {
    process.once('SIGINT', resolve)
    process.once('SIGTERM', resolve)
  })
  await app.close()
  return 0
})
