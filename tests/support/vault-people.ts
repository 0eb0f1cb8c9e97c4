import type { Page } from 'playwright-core'
import { PEOPLE, UNLOCK } from '../../src/ui/people.en.ts'
import { button } from './app-journey.ts'

// People of a vault in a browser, set up past the screens: what is asked of the vault worker is what the screens ask.

const vaultOf = (page: Page) => {
  const worker = page.workers().find((one) => /vault/.test(one.url()))
  if (!worker) throw new Error('the vault worker does not run')
  return worker
}

/** A verb of the vault worker, by comlink's own message; its answer. */
export function askVault(page: Page, verb: string, ...given: unknown[]): Promise<unknown> {
  const ask = ([name, args]: readonly [string, readonly unknown[]]) =>
    new Promise((resolve, reject) => {
      const id = `test-${Math.random()}`
      const real = self.postMessage
      self.postMessage = ((message: { id?: string; type?: string; value?: unknown }, ...rest: []) => {
        if (message?.id !== id) return real.call(self, message, ...rest)
        self.postMessage = real
        if (message.type === 'HANDLER') reject(new Error(JSON.stringify(message.value)))
        else resolve(message.value)
      }) as typeof self.postMessage
      const argumentList = args.map((value) => ({ type: 'RAW', value }))
      self.dispatchEvent(new MessageEvent('message', { data: { id, type: 'APPLY', path: [name], argumentList } }))
    })
  return vaultOf(page).evaluate(ask, [verb, given] as const)
}

/** Chooses who comes to a locked vault of people, and types their passphrase. */
export async function unlockAs(page: Page, staff: string, role: string, passphrase: string): Promise<void> {
  await page.getByLabel(UNLOCK.who).selectOption({ label: `${PEOPLE.person(staff)}, ${role}` })
  await page.getByLabel(UNLOCK.passphrase).fill(passphrase)
  await button(page, UNLOCK.act).click()
}
