import { afterEach, beforeEach, expect, test } from 'vitest'
import { PipelineError } from '../../../src/core/errors.ts'
import { hasRest } from '../../../src/vault/slot-file.ts'
import type { Vault } from '../../../src/vault/vault.io.ts'
import { showFigures } from '../../support/figures.ts'
import { FaultyFiles, FILE_FAULTS } from '../../support/file-faults.ts'
import { CUSTODIAN } from '../../support/people.ts'
import {
  answer,
  change,
  freshProfile,
  INIT,
  openTab,
  PASSPHRASE,
  profileFiles,
  rawStore,
  slotFile,
  volumeAsset,
} from '../../support/vault.ts'

const OTHER = 'seven grey stones in a row'
const NEW = 'new words for somebody'
const WORDS = 'a safe in the cellar'

/** What a verb is done on: an open vault, and who its custodian is where there are people. */
interface Given {
  readonly vault: Vault
  readonly custodian?: string
  readonly id?: string
}

/** Who comes in with which words, seen by a tab that meets no fault. */
async function contents({ custodian }: Given): Promise<string> {
  const status = await openTab().status()
  if (status.state === 'none') return 'no vault'
  const opens = async (passphrase: string, id?: string) => {
    const vault = openTab()
    const can = await vault.unlock(passphrase, id).then(
      async () => ['opens', ...(await vault.listCases()).map(({ unreadable, assets }) => unreadable ?? assets)],
      (error) => [error.code],
    )
    await vault.lock()
    return can
  }
  if (!custodian) return JSON.stringify([await opens(PASSPHRASE), await opens(OTHER)])
  // With people the owner's passphrase is that of their designer.
  const owner = (await openTab().listPeople()).find(({ staff }) => staff === '0100')
  const added = (await openTab().listPeople()).find(({ staff }) => staff === '0700')
  return JSON.stringify([
    await opens(CUSTODIAN.passphrase, custodian),
    await opens(PASSPHRASE, owner?.id),
    added ? await opens(NEW, added.id) : 'nobody',
  ])
}

interface Verb {
  readonly ready: () => Promise<Given>
  readonly act: (given: Given) => Promise<unknown>
}
async function nothing(): Promise<Given> {
  freshProfile()
  return { vault: openTab() }
}
async function owned(): Promise<Given> {
  const { vault } = await nothing()
  await vault.create(PASSPHRASE)
  return { vault }
}
async function ofBefore(): Promise<Given> {
  freshProfile()
  await openTab({ files: null }).create(PASSPHRASE)
  return { vault: openTab() }
}
async function holding(): Promise<Given & { readonly id: string }> {
  const given = await owned()
  const id = await given.vault.createCase(INIT)
  await given.vault.commit(id, change([await volumeAsset(1)]))
  return { ...given, id }
}
async function people(): Promise<Given> {
  const { vault, id } = await holding()
  const { custodian } = await vault.setUpPeople({ owner: { staff: '0100' }, custodian: CUSTODIAN })
  await vault.unlock(CUSTODIAN.passphrase, custodian)
  return { vault, custodian, id }
}
let backup: Blob
const VERBS: Readonly<Record<string, Verb>> = {
  create: { ready: nothing, act: ({ vault }) => vault.create(PASSPHRASE) },
  'moving slots of before': { ready: ofBefore, act: ({ vault }) => vault.unlock(PASSPHRASE) },
  unlock: { ready: owned, act: ({ vault }) => vault.unlock(PASSPHRASE) },
  'change of passphrase': { ready: owned, act: ({ vault }) => vault.changePassphrase(PASSPHRASE, OTHER) },
  restore: { ready: nothing, act: ({ vault }) => vault.restore(backup, WORDS) },
  enrolment: {
    ready: people,
    act: ({ vault }) => vault.enrol({ staff: '0700', roles: ['auditor'], passphrase: NEW }),
  },
  'another device key': {
    ready: people,
    act: ({ vault }) => vault.rotateDeviceKey({ passphrase: CUSTODIAN.passphrase }),
  },
  'a new case': { ready: owned, act: ({ vault }) => vault.createCase(INIT) },
  'deleting a case': { ready: holding, act: ({ vault, id = '' }) => vault.deleteCase(id) },
  'another key of a case': {
    ready: people,
    act: ({ vault, id = '' }) => vault.rotateCase(id, [], { passphrase: CUSTODIAN.passphrase }),
  },
  shredding: {
    ready: people,
    act: ({ vault, id = '' }) => vault.shred(id, { passphrase: CUSTODIAN.passphrase }),
  },
}

let faulty: FaultyFiles
beforeEach(async () => {
  const { vault } = await owned()
  await vault.createCase(INIT)
  backup = await vault.backup(WORDS, null)
  faulty = new FaultyFiles()
})
afterEach(() => faulty.remove())

const TRIES = [...FILE_FAULTS.map((fault) => [fault, false] as const), ['unknown', true] as const]
const ended = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => null,
    (error) => error,
  )

let sites = 0
test.each(Object.entries(VERBS))(
  '%s with a fault at any call of the file: as before or done, never said to be done when it is not, nothing left over',
  async (name, { ready, act }) => {
    let given = await ready()
    const before = await contents(given)
    faulty.arm(-1, 'quota')
    expect(await ended(act(given))).toBeNull()
    const count = faulty.sites.length
    const after = await contents(given)
    sites += count
    expect(count).toBeGreaterThan(0)
    let isUsed = true
    for (let at = 0; at < count; at++)
      for (const [fault, onwards] of TRIES) {
        const where = `${name}, call ${at}, ${fault}${onwards ? ' from there on' : ''}`
        if (isUsed) given = await ready()
        faulty.arm(at, fault, onwards)
        const error = await ended(act(given))
        faulty.arm(-1, fault)
        // A handle that did not close goes with its process.
        profileFiles().root.letGo()
        const found = await contents(given)
        if (error === null) expect(found, where).toBe(after)
        else expect(error, where).toBeInstanceOf(PipelineError)
        expect([before, after], where).toContain(found)
        await expectClean(where)
        isUsed = error === null || found !== before
      }
  },
  120_000,
)

/** `contents` unlocked: the file holds the generation in force, if there is one, and zeros beside it. */
async function expectClean(where: string): Promise<void> {
  const mark = await rawStore('readonly', (s) => answer(s.slotFile.get('mark'))).catch(() => undefined)
  if (mark) expect(hasRest(slotFile(), mark), where).toBe(false)
}

test('the calls that were made to fail are many', () => {
  expect(sites).toBeGreaterThanOrEqual(60)
  showFigures('T11', { 'calls of the file': sites, 'faults of the file': FILE_FAULTS.length })
})
