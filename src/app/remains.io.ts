/** What a site can keep in a browser and a page can count. */
export type RemainKind = 'databases' | 'files' | 'caches' | 'workers'

/** What this site keeps in this browser, kinds without any left out. */
export async function remains(): Promise<{ readonly kind: RemainKind; readonly count: number }[]> {
  const counts: Record<RemainKind, number> = {
    databases: (await databaseNames()).length,
    files: (await fileNames()).length,
    caches: (await caches.keys()).length,
    workers: (await navigator.serviceWorker.getRegistrations()).length,
  }
  const kinds = Object.keys(counts) as RemainKind[]
  return kinds.map((kind) => ({ kind, count: counts[kind] })).filter(({ count }) => count > 0)
}

/** Removes all of it as far as a page can: the bytes of deleted databases may stay on the disk for a while. */
export async function removeRemains(): Promise<void> {
  for (const worker of await navigator.serviceWorker.getRegistrations()) await worker.unregister()
  for (const name of await caches.keys()) await caches.delete(name)
  for (const name of await databaseNames()) await deleted(name)
  const files = await navigator.storage.getDirectory()
  for (const name of await fileNames()) await files.removeEntry(name, { recursive: true })
  localStorage.clear()
  sessionStorage.clear()
}

const databaseNames = async () => (await indexedDB.databases()).flatMap(({ name }) => (name ? [name] : []))

async function fileNames(): Promise<string[]> {
  const names: string[] = []
  const directory = await navigator.storage.getDirectory().catch(() => null)
  if (directory) for await (const name of directory.keys()) names.push(name)
  return names
}

/** Settles too when another tab holds the database open: then it is counted again. */
function deleted(name: string): Promise<void> {
  return new Promise((resolve) => {
    const request = indexedDB.deleteDatabase(name)
    for (const end of ['success', 'error', 'blocked']) request.addEventListener(end, () => resolve())
  })
}
