import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import {
  HIDDEN_LOCK_MS,
  LOCK_LIMIT_MS,
  type PageRealm,
  SAVE_LIMIT_MS,
  watchPage,
  withinLimit,
} from '../../../src/app/page-lock.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** A page whose browser is played by the test. */
function played() {
  const state = { isOpen: true, isBusy: false, visibility: 'visible' as DocumentVisibilityState }
  const [windowEvents, documentEvents, channel] = [new EventTarget(), new EventTarget(), new EventTarget()]
  const acts: string[] = []
  const note = (act: string) => () => void acts.push(act)
  const document = Object.assign(documentEvents, {})
  Object.defineProperty(document, 'visibilityState', { get: () => state.visibility })
  const realm = { window: windowEvents, document, channel, reload: note('reload'), blank: note('blank') }
  watchPage(
    { isOpen: () => state.isOpen, isBusy: () => state.isBusy, lock: note('lock'), drop: note('drop') },
    realm as unknown as PageRealm,
  )
  const show = (visibility: DocumentVisibilityState) => {
    state.visibility = visibility
    documentEvents.dispatchEvent(new Event('visibilitychange'))
  }
  return { state, acts, show, windowEvents, documentEvents, channel }
}

describe('a hidden page', () => {
  test('is locked after 30 s, once, and not before', () => {
    const { acts, show } = played()
    show('hidden')
    vi.advanceTimersByTime(HIDDEN_LOCK_MS - 1)
    expect(acts).toEqual([])
    vi.advanceTimersByTime(60_000)
    expect(acts).toEqual(['lock'])
  })
  test('that is seen again in time is not', () => {
    const { acts, show } = played()
    show('hidden')
    vi.advanceTimersByTime(HIDDEN_LOCK_MS - 2000)
    show('visible')
    vi.advanceTimersByTime(10 * HIDDEN_LOCK_MS)
    expect(acts).toEqual([])
  })
  test('whose timers slept is locked when it is seen again', () => {
    const { acts, show } = played()
    show('hidden')
    vi.setSystemTime(Date.now() + HIDDEN_LOCK_MS)
    show('visible')
    expect(acts).toEqual(['lock'])
  })
  test('stays open while work runs, and is locked when the work is done', () => {
    const { acts, show, state } = played()
    state.isBusy = true
    show('hidden')
    vi.advanceTimersByTime(10 * HIDDEN_LOCK_MS)
    expect(acts).toEqual([])
    state.isBusy = false
    vi.advanceTimersByTime(1000)
    expect(acts).toEqual(['lock'])
  })
  test('with nothing open is left alone', () => {
    const { acts, show, state } = played()
    state.isOpen = false
    show('hidden')
    vi.advanceTimersByTime(10 * HIDDEN_LOCK_MS)
    expect(acts).toEqual([])
  })
})

describe('a page that is left', () => {
  test('is blank, its keys are dropped; brought back from memory it loads anew', () => {
    const { acts, windowEvents } = played()
    windowEvents.dispatchEvent(new Event('pageshow'))
    expect(acts).toEqual([])
    windowEvents.dispatchEvent(new Event('pagehide'))
    expect(acts).toEqual(['blank', 'drop'])
    windowEvents.dispatchEvent(new Event('pageshow'))
    expect(acts).toEqual(['blank', 'drop', 'reload'])
  })
  test('or frozen by the browser: the same', () => {
    const { acts, documentEvents } = played()
    documentEvents.dispatchEvent(new Event('freeze'))
    documentEvents.dispatchEvent(new Event('resume'))
    expect(acts).toEqual(['blank', 'drop', 'reload'])
  })
  test('with nothing open keeps its workers', () => {
    const { acts, windowEvents, documentEvents, state } = played()
    state.isOpen = false
    windowEvents.dispatchEvent(new Event('pagehide'))
    documentEvents.dispatchEvent(new Event('freeze'))
    windowEvents.dispatchEvent(new Event('pageshow'))
    expect(acts).toEqual([])
  })
})

test('a lock in another tab locks this one', () => {
  const { acts, channel, state } = played()
  channel.dispatchEvent(new Event('message'))
  expect(acts).toEqual(['lock'])
  state.isOpen = false
  channel.dispatchEvent(new Event('message'))
  expect(acts).toEqual(['lock'])
})

describe('the last acts before a lock', () => {
  const hung = () => new Promise<void>(() => {})
  const endOf = (work: Promise<void>) => {
    const seen = { ended: false }
    void work.then(() => {
      seen.ended = true
    })
    return seen
  }
  test.each([
    [false, LOCK_LIMIT_MS],
    [true, SAVE_LIMIT_MS],
  ])('hold it up no longer than their limit when they hang (saving: %s)', async (isSaving, limit) => {
    expect(LOCK_LIMIT_MS).toBeLessThanOrEqual(500)
    const seen = endOf(withinLimit(isSaving, hung))
    await vi.advanceTimersByTimeAsync(limit - 1)
    expect(seen.ended).toBe(false)
    await vi.advanceTimersByTimeAsync(1)
    expect(seen.ended).toBe(true)
  })
  test('do not hold it up when they are done, or fail', async () => {
    for (const acts of [async () => {}, () => Promise.reject(new Error('no'))]) {
      const seen = endOf(withinLimit(true, acts))
      await vi.advanceTimersByTimeAsync(0)
      expect(seen.ended).toBe(true)
    }
  })
})
