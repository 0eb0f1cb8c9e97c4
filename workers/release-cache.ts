import { sha256 } from '../src/core/hash.ts'
import {
  parseRelease,
  RELEASE_PATH,
  type Release,
  type ReleaseFile,
  type ReleaseRefusal,
  refusalOf,
} from '../src/trace/release.ts'

/** How the installed app stands to what its host offers now. */
export type ReleaseState =
  | { readonly state: 'none' }
  | { readonly state: 'current' | 'ready'; readonly version: string; readonly digest: string; readonly signed: boolean }
  | { readonly state: 'refused'; readonly code: ReleaseRefusal }

const STORE = 'proofprint-release'
const CURRENT = '/current'
const NEXT = '/next'
const blobPath = (file: ReleaseFile) => `/sha256/${file.sha256}`
/** Always asked of the host: the browser itself keeps the worker's script, and only a host can send the header that wipes. */
const LEFT_TO_HOST = ['/sw.js', '/wipe', '/wipe.html', RELEASE_PATH]

/** Told by name so that what is thrown for another reason (no network, a full disk) is not taken for a refusal. */
class Refused extends Error {
  constructor(readonly code: ReleaseRefusal) {
    super(code)
  }
}

/**
 * The files of the installed app, kept by their digests, in the service worker. Nothing is kept or served whose bytes are not
 * those of the list, and what is served has the headers of the list, whatever the host sent with it.
 */
export class ReleaseCache {
  readonly #caches: Pick<CacheStorage, 'open'>
  readonly #get: (path: string) => Promise<Response>
  readonly #pinnedKey: string | null
  #turn: Promise<unknown> = Promise.resolve()
  #current: Release | null = null

  /** `get` asks the host, past every cache. */
  constructor(
    caches: Pick<CacheStorage, 'open'>,
    get: (path: string) => Promise<Response>,
    pinnedKey: string | null = null,
  ) {
    this.#caches = caches
    this.#get = get
    this.#pinnedKey = pinnedKey
  }

  /** Takes what the host offers when nothing is installed yet. Rejects when it is refused or not to be had whole. */
  install(): Promise<void> {
    return this.#inTurn(async () => {
      if (await this.#read(CURRENT)) return
      const release = await this.#offered()
      await this.#refuseUnlessFit(release, null)
      await this.#fetchFiles(release)
      await this.#write(CURRENT, release)
      this.#current = release
    })
  }

  /** Looks what the host offers; a newer app is fetched whole and verified, but not used. No answer from the host is 'current'. */
  check(): Promise<ReleaseState> {
    return this.#inTurn(async () => {
      const current = await this.#read(CURRENT)
      if (!current) return { state: 'none' } as const
      try {
        const next = await this.#offered()
        if (next.digest === current.digest) return standing('current', current)
        await this.#refuseUnlessFit(next, current)
        await this.#fetchFiles(next)
        await this.#write(NEXT, next)
        return standing('ready', next)
      } catch (error) {
        if (error instanceof Refused) return { state: 'refused', code: error.code } as const
        return standing('current', current)
      }
    })
  }

  /** Serves the app that `check` found ready from now on, and lets go of the files of the old one. */
  use(): Promise<void> {
    return this.#inTurn(async () => {
      const next = await this.#read(NEXT)
      if (!next) return
      const store = await this.#caches.open(STORE)
      await this.#write(CURRENT, next)
      this.#current = next
      await store.delete(NEXT)
      const kept = new Set([CURRENT, ...next.files.map(blobPath)])
      for (const request of await store.keys())
        if (!kept.has(new URL(request.url).pathname)) await store.delete(request)
    })
  }

  /** The answer for a path of the site; null when it is for the host to answer. */
  async respond(path: string): Promise<Response | null> {
    if (LEFT_TO_HOST.includes(path)) return null
    this.#current ??= await this.#read(CURRENT)
    const release = this.#current
    const file = release?.files.find((one) => one.path === (path === '/' ? '/index.html' : path))
    if (!release || !file) return null
    const store = await this.#caches.open(STORE)
    const kept = await store.match(blobPath(file))
    const body = kept ? kept.body : new Blob([await this.#fetchFile(file)])
    return new Response(body, { headers: { ...release.headers[file.headers], 'Content-Type': file.type } })
  }

  async #offered(): Promise<Release> {
    const response = await this.#get(RELEASE_PATH)
    if (!response.ok) throw new Error(`${RELEASE_PATH}: ${response.status}`)
    const release = parseRelease(await response.text())
    if (!release) throw new Refused('release/unreadable')
    return release
  }

  async #refuseUnlessFit(next: Release, current: Release | null): Promise<void> {
    const code = await refusalOf(next, current, this.#pinnedKey)
    if (code) throw new Refused(code)
  }

  /** One after the other: the app is in use meanwhile. */
  async #fetchFiles(release: Release): Promise<void> {
    const store = await this.#caches.open(STORE)
    for (const file of release.files) {
      if (LEFT_TO_HOST.includes(file.path) || (await store.match(blobPath(file)))) continue
      await store.put(blobPath(file), new Response(await this.#fetchFile(file)))
    }
  }

  async #fetchFile(file: ReleaseFile): Promise<Uint8Array<ArrayBuffer>> {
    const response = await this.#get(file.path)
    if (!response.ok) throw new Error(`${file.path}: ${response.status}`)
    const bytes = new Uint8Array(await response.arrayBuffer())
    if ((await sha256(bytes)) !== file.sha256) throw new Refused('release/file-changed')
    return bytes
  }

  async #read(key: string): Promise<Release | null> {
    const found = await (await this.#caches.open(STORE)).match(key)
    return found ? parseRelease(await found.text()) : null
  }

  async #write(key: string, release: Release): Promise<void> {
    await (await this.#caches.open(STORE)).put(key, new Response(JSON.stringify(release)))
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work)
    this.#turn = turn.catch(() => {})
    return turn
  }
}

const standing = <S extends 'current' | 'ready'>(state: S, { version, digest, signature }: Release) => ({
  state,
  version,
  digest,
  signed: signature !== null,
})

/** Why `install` rejected; null when it was for want of the network or of space. */
export const refusalCode = (error: unknown): ReleaseRefusal | null => (error instanceof Refused ? error.code : null)
