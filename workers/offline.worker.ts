import { ReleaseCache, type ReleaseState, refusalCode } from './release-cache.ts'

/** What the page may ask; the answer to 'check' comes on the port that was sent along. */
export type OfflineOrder = 'check' | 'use'

const scope = globalThis as unknown as ServiceWorkerGlobalScope
const releases = new ReleaseCache(scope.caches, (path) => fetch(path, { cache: 'no-store' }), __RELEASE_KEY__)

async function install(): Promise<void> {
  try {
    await releases.install()
  } catch (error) {
    const code = refusalCode(error)
    const told: ReleaseState = code ? { state: 'refused', code } : { state: 'none' }
    for (const page of await scope.clients.matchAll({ includeUncontrolled: true })) page.postMessage(told)
    throw error
  }
  await scope.skipWaiting()
}

scope.addEventListener('install', (event) => event.waitUntil(install()))
scope.addEventListener('activate', (event) => event.waitUntil(scope.clients.claim()))

scope.addEventListener('message', (event) => {
  const [port] = event.ports
  const order = event.data as OfflineOrder
  const answer = order === 'use' ? releases.use() : releases.check()
  event.waitUntil(answer.then((told) => port?.postMessage(told ?? null)))
})

scope.addEventListener('fetch', (event) => {
  const { origin, pathname } = new URL(event.request.url)
  if (event.request.method !== 'GET' || origin !== scope.location.origin) return
  if (event.request.mode === 'navigate' && pathname.startsWith('/wipe')) return
  event.respondWith(releases.respond(decodeURI(pathname)).then((found) => found ?? fetch(event.request)))
})
