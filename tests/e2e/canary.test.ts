import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { unzipSync } from 'fflate'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { START, VAULT } from '../../src/ui/start.en.ts'
import { openBrowser, openPage } from '../support/browser.ts'
import { CANARY, canaryOptions } from '../support/canaries.ts'
import { solidBall, writeDicomPhantom } from '../support/dicom-phantom.ts'
import { runPipeline } from '../support/pipeline.ts'

const PASSPHRASE = 'forty two lighthouses at dusk'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'canary-'))
  const slice = canaryOptions()
  writeDicomPhantom(join(folder, 'CANARY'), {
    size: [48, 48, 36],
    bone: solidBall(13),
    boneHu: 1000,
    slice,
    name: 'CANARY^NAME',
  })
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const latin = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1')

// Attack 'canaries-in-files' of the red-team register.
test('nothing of the patient is in the files of a released part, the report or what is printed', async () => {
  const out = join(folder, 'out')
  const run = await runPipeline(join(folder, 'CANARY'), '--template', 'ct-bone', '--keep', 'volume,mask', '--out', out)
  expect(run.code).toBe(0)
  expect(CANARY.exec(run.stdout + run.stderr)).toBeNull()
  const names = readdirSync(out)
  expect(names).toContain('model.stl')
  for (const name of names) {
    const bytes = readFileSync(join(out, name))
    expect(CANARY.exec(latin(bytes)), name).toBeNull()
    if (!name.endsWith('.3mf')) continue
    for (const [part, content] of Object.entries(unzipSync(bytes)))
      expect(CANARY.exec(part + latin(content)), part).toBeNull()
  }
})

test('nothing of the patient is on the screen, in the title, the address, the log or the store', async () => {
  const browser = await openBrowser()
  try {
    const { page, expectClean } = await openPage(browser, inject('baseUrl'))
    const logged: string[] = []
    page.on('console', (message) => logged.push(message.text()))
    await page.goto('/')
    await page.getByLabel(VAULT.none.first).fill(PASSPHRASE)
    await page.getByLabel(VAULT.none.again).fill(PASSPHRASE)
    await page.getByRole('button', { name: VAULT.none.act, exact: true }).click()
    await page.getByText(START.noCases).waitFor()
    const empty = (await stored(page)).length
    const files = readdirSync(join(folder, 'CANARY')).map((name) => join(folder, 'CANARY', name))
    await page.setInputFiles('#files', files)
    await page.locator('.side dl.kv').waitFor({ timeout: 20_000 })
    const shown = [await page.title(), page.url(), await page.content(), ...logged]
    expect(CANARY.exec(shown.join('\n'))).toBeNull()
    // The case is written in the background: packed, its voxels are a few thousand bytes.
    await expect.poll(async () => (await stored(page)).length).toBeGreaterThan(empty + 4000)
    expect(CANARY.exec(await stored(page))).toBeNull()
    expectClean()
  } finally {
    await browser.close()
  }
})

/** Everything the page has stored, in databases and beside them, as text. */
const stored = (page: Awaited<ReturnType<typeof openPage>>['page']): Promise<string> =>
  page.evaluate(async () => {
    const asked = <T>(request: IDBRequest<T>) =>
      new Promise<T>((ok, no) => {
        request.onsuccess = () => ok(request.result)
        request.onerror = () => no(request.error)
      })
    const text = (value: unknown): string => {
      if (value instanceof ArrayBuffer) return new TextDecoder('latin1').decode(value)
      if (ArrayBuffer.isView(value)) return new TextDecoder('latin1').decode(value)
      if (typeof value === 'object' && value !== null)
        return Object.entries(value)
          .map(([k, v]) => k + text(v))
          .join('\n')
      return String(value)
    }
    const all: string[] = [JSON.stringify(localStorage), JSON.stringify(sessionStorage), document.cookie]
    for (const { name = '' } of await indexedDB.databases()) {
      const db = await asked(indexedDB.open(name))
      all.push(name)
      for (const store of db.objectStoreNames) {
        const opened = db.transaction(store).objectStore(store)
        all.push(
          text(await asked(opened.getAllKeys())),
          text(await asked(db.transaction(store).objectStore(store).getAll())),
        )
      }
      db.close()
    }
    return all.join('\n')
  })
