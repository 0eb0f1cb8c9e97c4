/** A CacheStorage in memory: what `open` gives keeps whole responses by path, as the service worker uses it. */
export function fakeCaches(): Pick<CacheStorage, 'open'> & { readonly stores: Map<string, Map<string, Blob>> } {
  const stores = new Map<string, Map<string, Blob>>()
  const open = async (name: string) => {
    const store = stores.get(name) ?? new Map<string, Blob>()
    stores.set(name, store)
    const keyOf = (key: RequestInfo | URL) =>
      new URL(key instanceof Request ? key.url : key, 'http://host.test').pathname
    const cache: Pick<Cache, 'match' | 'put' | 'delete' | 'keys'> = {
      match: async (key) => {
        const blob = store.get(keyOf(key))
        return blob ? new Response(blob) : undefined
      },
      put: async (key, response) => void store.set(keyOf(key), await response.blob()),
      delete: async (key) => store.delete(keyOf(key)),
      keys: async () => [...store.keys()].map((path) => new Request(`http://host.test${path}`)),
    }
    return cache as Cache
  }
  return { open, stores }
}
