// @ts-check

/**
 * Drops a real folder on a page, as the operating system does, so that the page walks its entries.
 * @param {import('playwright-core').Page} page
 * @param {string} folder
 */
export async function dropFolder(page, folder) {
  const devtools = await page.context().newCDPSession(page)
  const data = { items: [], files: [folder], dragOperationsMask: 1 }
  for (const type of /** @type {const} */ (['dragEnter', 'dragOver', 'drop']))
    await devtools.send('Input.dispatchDragEvent', { type, x: 400, y: 300, data })
}
