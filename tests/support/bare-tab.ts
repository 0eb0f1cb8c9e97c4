import type { Browser, CDPSession } from 'playwright-core'

/** A tab as a person has it: behind another one it is hidden. */
export interface BareTab {
  /** A command of the debugger, to this tab. */
  send(method: string, params?: object): Promise<unknown>
  /** The value of an expression in the page; undefined while the page is being loaded. */
  read(expression: string): Promise<unknown>
  /** Waits until an expression is true in the page. */
  until(expression: string, longestMs: number): Promise<void>
  /** Puts it before the other tabs of its window. */
  toFront(): Promise<unknown>
}

const LOOK_MS = 100

/**
 * Tabs of a profile of their own. Playwright tells each page that it drives that it has the focus, so that none is ever hidden; it does
 * not know of these.
 */
export async function bareTabs(browser: Browser): Promise<(url: string) => Promise<BareTab>> {
  const devtools = await browser.newBrowserCDPSession()
  const { browserContextId } = await devtools.send('Target.createBrowserContext')
  return async (url) => {
    const { targetId } = await devtools.send('Target.createTarget', { url, browserContextId })
    const { sessionId } = await devtools.send('Target.attachToTarget', { targetId, flatten: false })
    const send = sender(devtools, sessionId)
    const read = async (expression: string) => {
      const answer = await send('Runtime.evaluate', { expression, returnByValue: true })
      return (answer as { result?: { value?: unknown } })?.result?.value
    }
    return {
      send,
      read,
      until: async (expression, longestMs) => {
        const end = Date.now() + longestMs
        while ((await read(expression)) !== true) {
          if (Date.now() > end) throw new Error(`not in time: ${expression}`)
          await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
        }
      },
      toFront: () => devtools.send('Target.activateTarget', { targetId }),
    }
  }
}

/** Sends commands into a session that Playwright does not know. */
function sender(devtools: CDPSession, sessionId: string): BareTab['send'] {
  const waiting = new Map<number, (result: unknown) => void>()
  let last = 0
  devtools.on('Target.receivedMessageFromTarget', (event) => {
    if (event.sessionId !== sessionId) return
    const { id, result } = JSON.parse(event.message) as { id?: number; result?: unknown }
    if (id !== undefined) waiting.get(id)?.(result)
  })
  return async (method, params = {}) => {
    const id = ++last
    const answered = new Promise((resolve) => void waiting.set(id, resolve))
    await devtools.send('Target.sendMessageToTarget', { sessionId, message: JSON.stringify({ id, method, params }) })
    return answered
  }
}
