import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { ModelShelf } from '../../../src/app/model-shelf.svelte.ts'
import type { ShelfModel } from '../../../src/app/model-view.ts'
import type { Workers } from '../../../src/app/workers.ts'
import { sha256 } from '../../../src/core/hash.ts'
import type { ModelCard } from '../../../src/infer/card.ts'
import type { Vault } from '../../../src/vault/vault.io.ts'
import { plainCard } from '../../support/plain-card.ts'
import { tinyOnnx } from '../../support/tiny-onnx.ts'
import { freshProfile, openTab, PASSPHRASE } from '../../support/vault.ts'

const ONNX = tinyOnnx()
const WORDS = { who: 'Lead radiologist', use: ['teaching'] as const, until: '2026-12-31' }
let now = new Date(2026, 4, 10)
let vault: Vault

beforeEach(async () => {
  now = new Date(2026, 4, 10)
  freshProfile()
  vault = openTab()
  await vault.create(PASSPHRASE)
})
afterEach(() => vi.unstubAllGlobals())

const cardOf = async (changed: Partial<ModelCard> = {}) => ({
  ...plainCard({ sha256: await sha256(ONNX), bytes: ONNX.length }),
  ...changed,
})
const shelfOn = (open: Vault) =>
  new ModelShelf({ vault: { call: (work: (api: Vault) => unknown) => work(open) } } as unknown as Workers, () => now)

async function loaded(open = vault): Promise<ModelShelf> {
  const shelf = shelfOn(open)
  await shelf.load()
  return shelf
}
function only({ rows }: ModelShelf): ShelfModel {
  const [row] = rows
  if (!row || rows.length > 1) throw new Error(`${rows.length} rows`)
  return row
}
async function withOne(): Promise<ModelShelf> {
  const shelf = await loaded()
  await shelf.add(await cardOf(), ONNX)
  return shelf
}

/** A server with these files under models/. */
function serve(files: Record<string, Uint8Array | string>): void {
  vi.stubGlobal('document', { baseURI: 'http://host/' })
  vi.stubGlobal('fetch', async (url: URL) => {
    const body = files[url.pathname.replace('/models/', '')]
    return body === undefined
      ? new Response('', { status: 404 })
      : new Response(body as Uint8Array<ArrayBuffer> | string)
  })
}

test('an own network is kept with its approval, and is there after the next unlock', async () => {
  const shelf = await withOne()
  expect(only(shelf)).toMatchObject({ source: 'own', approval: null, refusal: { code: 'infer/not-approved' } })
  await shelf.approve(only(shelf), WORDS)
  await vault.lock()
  const later = openTab()
  await later.unlock(PASSPHRASE)
  const again = await loaded(later)
  const row = only(again)
  expect(row.card).toEqual(await cardOf())
  expect(row.approval).toMatchObject({ who: 'Lead radiologist', from: '2026-05-10' })
  expect(row.refusal).toBeNull()
  expect(Buffer.compare(await row.weights(), ONNX)).toBe(0)
  expect(await row.selfTestInput()).toBeNull()
  expect(() => again.require(row, 'teaching')).not.toThrow()
  expect(() => again.require(row, 'planning')).toThrowError(expect.objectContaining({ code: 'infer/not-approved' }))
  again.forget()
  expect(again.rows).toEqual([])
})
test('time ends an approval, and a person takes it back with a reason that outlives the network', async () => {
  const shelf = await withOne()
  await shelf.approve(only(shelf), WORDS)
  now = new Date(2027, 0, 1)
  shelf.refresh()
  expect(only(shelf).refusal).toMatchObject({ code: 'infer/approval-expired' })
  now = new Date(2026, 5, 1)
  await shelf.revoke(only(shelf), 'Wrong on children')
  await shelf.remove(only(shelf))
  expect(shelf.rows).toEqual([])
  await shelf.add(await cardOf(), ONNX)
  expect(only(await loaded())).toMatchObject({
    refusal: { code: 'infer/revoked' },
    approval: { reason: 'Wrong on children' },
  })
})
test('another card or other weights under an approved name are not approved', async () => {
  const shelf = await withOne()
  await shelf.approve(only(shelf), WORDS)
  await shelf.remove(only(shelf))
  await shelf.add(await cardOf({ intendedUse: 'Everything' }), ONNX)
  expect(only(shelf).refusal).toMatchObject({ code: 'infer/changed-card' })
  await shelf.remove(only(shelf))
  const other = tinyOnnx({ weights: [] })
  await shelf.add({ ...(await cardOf()), weights: { sha256: await sha256(other), bytes: other.length } }, other)
  expect(only(shelf).refusal).toMatchObject({ code: 'infer/changed-weights' })
})
test('what does not belong together is refused and nothing is kept', async () => {
  const shelf = await loaded()
  const card = await cardOf()
  const bent = ONNX.with(ONNX.length - 20, 9)
  const text = new TextEncoder().encode('no network')
  const refused: [unknown, Uint8Array, object][] = [
    [card, bent, { code: 'infer/changed-weights' }],
    [{ ...card, licence: undefined }, ONNX, { code: 'infer/bad-card', detail: { field: 'licence', count: 1 } }],
    [{ ...card, weights: { sha256: await sha256(text), bytes: text.length } }, text, { code: 'infer/not-onnx' }],
    [
      { ...card, input: { ...card.input, name: 'x' } },
      ONNX,
      { code: 'infer/bad-card', detail: { field: 'input.name' } },
    ],
    [{ ...card, output: { ...card.output, name: 'x' } }, ONNX, { detail: { field: 'output.name' } }],
    [
      { ...card, output: { ...card.output, labels: ['a', 'b', 'c', 'd'] } },
      ONNX,
      { detail: { field: 'output.labels' } },
    ],
  ]
  for (const [json, weights, error] of refused) await expect(shelf.add(json, weights)).rejects.toMatchObject(error)
  expect(shelf.rows).toEqual([])
  expect(await vault.listModels()).toEqual([])
  await shelf.add(card, ONNX)
  await expect(shelf.add(card, ONNX)).rejects.toMatchObject({ code: 'infer/bad-card', detail: { field: 'version' } })
  expect(await vault.listModels()).toHaveLength(1)
})
test('shipped networks are read from beside the app; a changed byte is refused, an unreadable card hides no other', async () => {
  const card = await cardOf({ id: 'shipped-one' })
  const at = 'shipped-one/1.0.0'
  const files: Record<string, Uint8Array | string> = {
    'index.json': JSON.stringify([
      { id: 'broken-one', version: '2.0.0' },
      { id: 'shipped-one', version: '1.0.0' },
    ]),
    'broken-one/2.0.0/card.json': JSON.stringify({ ...card, members: [] }),
    [`${at}/card.json`]: JSON.stringify(card),
    [`${at}/model.onnx`]: ONNX,
    [`${at}/self-test.bin`]: Uint8Array.of(1, 2, 3),
  }
  serve(files)
  const shelf = await loaded()
  await shelf.loadShipped()
  const row = only(shelf)
  expect(row).toMatchObject({ source: 'shipped', refusal: { code: 'infer/not-approved' } })
  expect(shelf.broken).toMatchObject([
    { name: 'broken-one 2.0.0', source: 'shipped', problem: { code: 'infer/bad-card' } },
  ])
  expect(Buffer.compare(await row.weights(), ONNX)).toBe(0)
  expect(await row.selfTestInput()).toEqual(Uint8Array.of(1, 2, 3))
  files[`${at}/model.onnx`] = ONNX.with(30, (ONNX[30] ?? 0) ^ 1)
  await expect(row.weights()).rejects.toMatchObject({ code: 'infer/changed-weights' })
  delete files[`${at}/model.onnx`]
  await expect(row.weights()).rejects.toMatchObject({ code: 'infer/no-file' })
  await expect(shelf.remove(row)).rejects.toMatchObject({ code: 'app/bad-parameter' })
  await shelf.approve(row, WORDS)
  expect(only(shelf).refusal).toBeNull()
})
test('an empty list of shipped networks is none, and no list at all is told', async () => {
  serve({ 'index.json': '[]' })
  const shelf = await loaded()
  await shelf.loadShipped()
  expect(shelf.rows).toEqual([])
  serve({})
  await expect(shelf.loadShipped()).rejects.toMatchObject({ code: 'infer/no-file' })
})

describe('the network that a template asks for', () => {
  async function shelfWith(open: Vault): Promise<ModelShelf> {
    const at = 'head-tissues/1.0.0'
    serve({
      'index.json': JSON.stringify([{ id: 'head-tissues', version: '1.0.0' }]),
      [`${at}/card.json`]: JSON.stringify(await cardOf({ id: 'head-tissues' })),
    })
    const shelf = await loaded(open)
    await shelf.loadShipped()
    return shelf
  }
  const not = (code: string) => ({ code })

  test('is refused where nobody approved it, and named where it is not there', async () => {
    const shelf = await shelfWith(vault)
    await expect(shelf.ready('head-tissues', 'teaching')).rejects.toMatchObject(not('infer/not-approved'))
    await expect(shelf.ready('abdomen', 'teaching')).rejects.toMatchObject(not('infer/no-network'))
    expect(only(shelf).approval).toBeNull()
    await shelf.approve(only(shelf), WORDS)
    expect((await shelf.ready('head-tissues', 'teaching')).refusal).toBeNull()
    await expect(shelf.ready('head-tissues', 'planning')).rejects.toMatchObject(not('infer/not-approved'))
  })

  test('is approved by running it in a session that keeps nothing: for teaching, for a day, unless somebody spoke', async () => {
    const session = openTab()
    await session.startTeaching()
    const shelf = await shelfWith(session)
    await expect(shelf.ready('head-tissues', 'planning')).rejects.toMatchObject(not('infer/not-approved'))
    const row = await shelf.ready('head-tissues', 'teaching')
    expect(row.approval).toMatchObject({ use: ['teaching'], from: '2026-05-10', until: '2026-05-11' })
    expect(() => shelf.require(row, 'teaching')).not.toThrow()
    await expect(shelf.ready('head-tissues', 'communication')).rejects.toMatchObject(not('infer/not-approved'))
    await shelf.revoke(only(shelf), 'Wrong on children')
    await expect(shelf.ready('head-tissues', 'teaching')).rejects.toMatchObject(not('infer/revoked'))
  })

  test('is the one that may be used, where an own one goes by the same name; an own one is never approved by a run', async () => {
    const session = openTab()
    await session.startTeaching()
    const shelf = await loaded(session)
    await shelf.add(await cardOf({ id: 'head-tissues', version: '2.0.0' }), ONNX)
    await expect(shelf.ready('head-tissues', 'teaching')).rejects.toMatchObject(not('infer/not-approved'))
    await shelf.add(await cardOf({ id: 'head-tissues', version: '3.0.0' }), ONNX)
    const third = shelf.rows.find(({ card }) => card.version === '3.0.0')
    if (!third) throw new Error('two were added')
    await shelf.approve(third, WORDS)
    expect((await shelf.ready('head-tissues', 'teaching')).card.version).toBe('3.0.0')
  })
})
