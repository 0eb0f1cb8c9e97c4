import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** Ten times the longest transition of the style sheet. */
const LONGEST_CHANGE_MS = 1500

/**
 * Half-way through a change of colour everything is pale. A change that never ends is not waited for, nor one of a page that draws no
 * frames: once this hung a journey.
 */
const coloursChanged = (mostMs: number) =>
  Promise.race([
    Promise.all(document.getAnimations().map((change) => change.finished.catch(() => null))),
    new Promise((resolve) => setTimeout(resolve, mostMs)),
  ])

/** What axe finds serious or critical on the page as it stands, in both themes. */
export async function axeBarriers(page: Page): Promise<string[]> {
  const found: string[] = []
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme })
    await page.evaluate(coloursChanged, LONGEST_CHANGE_MS)
    await page.evaluate(AXE)
    const here = await page.evaluate(async () => {
      const axe = Reflect.get(globalThis, 'axe') as typeof import('axe-core')
      const { violations } = await axe.run(document, { resultTypes: ['violations'] })
      return violations
        .filter((v) => v.impact === 'serious' || v.impact === 'critical')
        .map((v) => `${v.id}: ${v.nodes.map((n) => n.target.join(' ')).join(', ')}`)
    })
    found.push(...here.map((text) => `${colorScheme}: ${text}`))
  }
  return found
}
