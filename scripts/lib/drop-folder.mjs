// @ts-check

/**
 * @typedef {{ type: 'dragEnter' | 'dragOver' | 'drop', x: number, y: number, data: { items: [], files: string[], dragOperationsMask: number } }} DragEvent
 */

/**
 * Drops a real folder on a page, as the operating system does, so that the page walks its entries.
 * @param {import('playwright-core').Page} page
 * @param {string} folder
 */
export async function dropFolder(page, folder) {
  const devtools = await page.context().newCDPSession(page)
  await dropBy((method, params) => devtools.send(method, params), folder)
}

/**
 * As `dropFolder`, by whatever sends a command to the tab.
 * @param {(method: 'Input.dispatchDragEvent', params: DragEvent) => Promise<unknown>} send
 * @param {string} folder
 */
export async function dropBy(send, folder) {
  /** @type {DragEvent['data']} */
  const data = { items: [], files: [folder], dragOperationsMask: 1 }
  for (const type of /** @type {const} */ (['dragEnter', 'dragOver', 'drop']))
    await send('Input.dispatchDragEvent', { type, x: 400, y: 300, data })
}
