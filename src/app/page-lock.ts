/** A page that nobody sees is locked after this. */
export const HIDDEN_LOCK_MS = 30_000
/** Longest that anything may hold up a lock. */
export const LOCK_LIMIT_MS = 500
/** Longest that a lock waits for a step that is still being stored. */
export const SAVE_LIMIT_MS = 10_000

const LOOK_MS = 1000
const CHANNEL = 'proofprint-lock'

/** What the page's lock asks and does. */
export interface PageLockHooks {
  /** Whether anything is open that should not stay so without its person. */
  isOpen(): boolean
  /** Work that keeps it open while the page is hidden. */
  isBusy(): boolean
  /** Stores, locks and loads the page anew. */
  lock(): unknown
  /** Ends the workers, with the keys in them, at once. */
  drop(): void
}

/** The parts of the browser that say whether somebody is there; a test gives its own. */
export interface PageRealm {
  readonly window: Pick<Window, 'addEventListener'>
  readonly document: Pick<Document, 'addEventListener' | 'visibilityState'>
  readonly channel: Pick<BroadcastChannel, 'addEventListener'> | null
  reload(): void
  blank(): void
}

const ownRealm = (): PageRealm => ({
  window,
  document,
  channel: new BroadcastChannel(CHANNEL),
  reload: () => location.reload(),
  blank: blankPage,
})

/** Opened as `/?kiosk`: a place that strangers use one after the other (docs/kiosk.md). */
export const isKiosk = (): boolean => new URLSearchParams(globalThis.location?.search ?? '').has('kiosk')

/** Nothing of the person is on the screen or in the list of windows from here on; only a reload brings a picture back. */
export function blankPage(): void {
  document.documentElement.hidden = true
  document.title = 'Proofprint'
}

/** Locks the app in the other tabs of this browser as well. */
export function tellOtherTabs(): void {
  const channel = new BroadcastChannel(CHANNEL)
  channel.postMessage('lock')
  channel.close()
}

/** Runs the last acts of a page; a hung worker or store does not hold up the lock. */
export async function withinLimit(isSaving: boolean, acts: () => Promise<void>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const limit = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, isSaving ? SAVE_LIMIT_MS : LOCK_LIMIT_MS)
  })
  await Promise.race([acts().catch(() => {}), limit])
  clearTimeout(timer)
}

/**
 * Locks what is open when its person is gone: hidden for 30 s, left for another page, frozen, or locked in another tab. What was
 * left in a browser's memory comes back blank, and loads anew.
 */
export function watchPage({ isOpen, isBusy, lock, drop }: PageLockHooks, realm: PageRealm = ownRealm()): void {
  let hiddenSince = 0
  let timer: ReturnType<typeof setInterval> | null = null
  let isLeft = false

  const look = () => {
    if (Date.now() - hiddenSince < HIDDEN_LOCK_MS || !isOpen() || isBusy()) return
    stop()
    lock()
  }
  const stop = () => {
    if (timer) clearInterval(timer)
    timer = null
  }
  const leave = () => {
    if (!isOpen()) return
    isLeft = true
    realm.blank()
    drop()
  }
  const comeBack = () => {
    if (isLeft) realm.reload()
  }

  realm.document.addEventListener('visibilitychange', () => {
    if (realm.document.visibilityState === 'hidden') {
      hiddenSince = Date.now()
      timer ??= setInterval(look, LOOK_MS)
    } else if (timer) {
      // Timers of a hidden page may have slept through it.
      look()
      stop()
    }
  })
  realm.window.addEventListener('pagehide', leave)
  realm.window.addEventListener('pageshow', comeBack)
  realm.document.addEventListener('freeze', leave)
  realm.document.addEventListener('resume', comeBack)
  realm.channel?.addEventListener('message', () => {
    if (isOpen()) lock()
  })
}
