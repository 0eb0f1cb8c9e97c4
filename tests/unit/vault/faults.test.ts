import { afterEach, beforeEach, expect, test } from 'vitest'
import { PipelineError } from '../../../src/core/errors.ts'
import type { Vault } from '../../../src/vault/vault.io.ts'
import { showFigures } from '../../support/figures.ts'
import { FAULTS, type Fault, FaultyStore } from '../../support/idb-faults.ts'
import { change, everythingStored, freshProfile, INIT, openTab, PASSPHRASE, volumeAsset } from '../../support/vault.ts'

const OTHER = 'seven grey stones in a row'
const PLANTED = Buffer.from('PLANTED-WEIGHTS-0123456789')
/** A verb that takes longer than this hangs. */
const HUNG_MS = 10_000

interface Filled {
  readonly vault: Vault
  readonly id: string
  readonly assetId: string
  readonly modelId: string
}

const weights = () =>
  new Uint8Array(Buffer.concat([Buffer.from(crypto.getRandomValues(new Uint8Array(2000))), PLANTED]))

/** A vault with one of everything. */
async function filled(): Promise<Filled> {
  freshProfile()
  const vault = openTab()
  await vault.create(PASSPHRASE)
  const id = await vault.createCase(INIT)
  const [assetId = ''] = await vault.commit(id, change([await volumeAsset(1)], { state: { at: 'PLANTED-STATE' } }))
  await vault.writeSetting('templates', { revision: 0, value: ['PLANTED-SETTING'] })
  const modelId = await vault.addModel({ name: 'PLANTED-MODEL' }, weights())
  return { vault, id, assetId, modelId }
}

/** Everything a person has in the vault, read whole by a tab that sees no faults. */
async function contents(): Promise<string> {
  const vault = openTab()
  if ((await vault.status()).state === 'none') return 'no vault'
  const passphrase = await vault.unlock(PASSPHRASE).then(
    () => 'first',
    () => vault.unlock(OTHER).then(() => 'second'),
  )
  const cases = []
  for (const { id } of await vault.listCases()) {
    const { revision, state, assets, audit } = await vault.openCase(id)
    const read = await Promise.all(assets.map((asset) => vault.readAsset(id, asset.id)))
    // A checkpoint that a lock did not come to is caught up by whoever looks first.
    const locks = audit.filter(({ code }) => code.startsWith('lock')).length
    const kept = read.map(({ digest, bytes }) => [digest, bytes.length])
    cases.push([revision - locks, state, audit.length - locks, kept])
  }
  // Ids are random, and so is their order.
  cases.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
  const models = await vault.listModels()
  const sizes = await Promise.all(models.map(async ({ id }) => (await vault.readModel(id)).length))
  const said = JSON.stringify([passphrase, cases, await vault.readSetting('templates'), sizes])
  await vault.lock()
  return said
}

const VERBS: Record<string, (given: Filled) => Promise<unknown>> = {
  create: async () => {
    freshProfile()
    await openTab().create(PASSPHRASE)
  },
  unlock: async ({ vault }) => {
    await vault.lock()
    await openTab().unlock(PASSPHRASE)
  },
  createCase: ({ vault }) => vault.createCase(INIT),
  commit: async ({ vault, id, assetId }) =>
    vault.commit(
      id,
      change([await volumeAsset(2), await volumeAsset(3)], { remove: [assetId], state: { at: 'PLANTED-STATE-2' } }),
    ),
  openCase: ({ vault, id }) => vault.openCase(id),
  readAsset: ({ vault, id, assetId }) => vault.readAsset(id, assetId),
  listCases: ({ vault }) => vault.listCases(),
  audit: ({ vault, id }) => vault.audit(id),
  readSetting: ({ vault }) => vault.readSetting('templates'),
  writeSetting: ({ vault }) => vault.writeSetting('templates', { revision: 1, value: ['PLANTED-SETTING-2'] }),
  listModels: ({ vault }) => vault.listModels(),
  readModel: ({ vault, modelId }) => vault.readModel(modelId),
  addModel: ({ vault }) => vault.addModel({ name: 'PLANTED-MODEL-2' }, weights()),
  removeModel: ({ vault, modelId }) => vault.removeModel(modelId),
  changePassphrase: ({ vault }) => vault.changePassphrase(PASSPHRASE, OTHER),
  deleteCase: ({ vault, id }) => vault.deleteCase(id),
  makeStation: ({ vault }) => vault.makeStation(),
  station: ({ vault }) => vault.station(),
}

let faulty: FaultyStore
beforeEach(() => {
  faulty = new FaultyStore()
})
afterEach(() => faulty.remove())

/** Runs a verb and gives what it threw; null when it said that it was done. */
async function outcome(verb: (given: Filled) => Promise<unknown>, given: Filled): Promise<unknown> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const hung = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error('hung')), HUNG_MS)
  })
  try {
    await Promise.race([verb(given), hung])
    return null
  } catch (error) {
    return error
  } finally {
    clearTimeout(timer)
  }
}

let sites = 0
test.each(Object.entries(VERBS))(
  '%s with a fault at any of its calls: never a false "done", nothing in part, nothing in clear',
  async (name, verb) => {
    const given = await filled()
    const before = name === 'create' ? 'no vault' : await contents()
    faulty.arm(-1, 'quota')
    expect(await outcome(verb, given)).toBeNull()
    const count = faulty.sites.length
    const after = await contents()
    sites += count
    expect(count).toBeGreaterThan(0)

    for (let at = 0; at < count; at++)
      for (const fault of FAULTS) {
        const tried = await filled()
        faulty.arm(at, fault)
        const error = await outcome(verb, tried)
        faulty.arm(-1, fault)
        await expectHonest(`${name}, call ${at}, ${fault}`, { error, fault, before, after })
      }
  },
)

test('the calls that were made to fail are many', () => {
  expect(sites).toBeGreaterThanOrEqual(60)
  showFigures('T11', { calls: sites, 'kinds of fault': FAULTS.length, tried: sites * FAULTS.length })
})

async function expectHonest(
  where: string,
  { error, fault, before, after }: { error: unknown; fault: Fault; before: string; after: string },
): Promise<void> {
  if (error !== null) expect(error, where).toBeInstanceOf(PipelineError)
  const found = await contents().catch((reason) => reason)
  // What the browser itself threw away is missed by name; it is never taken for what was there.
  if (fault === 'evicted' && found instanceof PipelineError) return
  if (fault === 'evicted') expect(typeof found, where).toBe('string')
  else if (error === null) expect(found, where).toBe(after)
  else expect([before, after], where).toContain(found)
  const stored = await everythingStored().catch(() => Buffer.alloc(0))
  for (const secret of ['PLANTED', 'Heron', PASSPHRASE, OTHER]) expect(stored.includes(secret), where).toBe(false)
}
