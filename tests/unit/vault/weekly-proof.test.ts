import { beforeEach, describe, expect, test } from 'vitest'
import { isProofDue } from '../../../src/vault/weekly-proof.ts'
import { denials, passphraseOf, type Site, site } from '../../support/people.ts'
import { answer, dropSlots, freshProfile, openTab, PASSPHRASE, rawStore, storedSlots } from '../../support/vault.ts'

const DAY_MS = 86_400_000
const START = Date.UTC(2026, 4, 1, 8)
const DUE = { code: 'vault/passphrase-due' }
let now = START
const clock = { now: () => new Date(now) }
const credential = new Uint8Array(16).fill(1)
const byPasskey = ({ vault }: Pick<Site, 'vault'>) => vault.unlockWithPasskey(credential, new Uint8Array(32).fill(101))
const offer = () => ({ salt: new Uint8Array(32), credential, output: new Uint8Array(32).fill(101), synced: false })

beforeEach(() => {
  freshProfile()
  now = START
})

test('a passphrase is due when none was noted, after a week, and when the note is of a time to come', () => {
  const at = new Date(START).toISOString()
  const after = (ms: number) => isProofDue(at, new Date(START + ms))
  expect(isProofDue(null, new Date(START))).toBe(true)
  expect(isProofDue('not a time', new Date(START))).toBe(true)
  expect([after(0), after(7 * DAY_MS), after(7 * DAY_MS + 1), after(-1)]).toEqual([false, false, true, true])
})

describe('where there are people, a passkey alone', () => {
  async function withPasskey() {
    const made = await site(clock, undefined, ['auditor', 'designer2'])
    await (await made.as('auditor')).addPasskey(passphraseOf('auditor'), offer())
    return made
  }
  test('lets in for a week after the passphrase, and then no more until it is typed; the refusal is a line', async () => {
    const made = await withPasskey()
    now = START + 7 * DAY_MS
    await byPasskey(made)
    now += 1000
    await expect(byPasskey(made)).rejects.toMatchObject(DUE)
    // The passphrase of somebody else is none of theirs.
    await made.as('designer2')
    await expect(byPasskey(made)).rejects.toMatchObject(DUE)
    const auditor = await made.as('auditor')
    expect(denials(await auditor.deviceLog())).toEqual([
      { code: 'unlock/passphrase-due', by: made.ids.auditor, role: undefined },
      { code: 'unlock/passphrase-due', by: made.ids.auditor, role: undefined },
    ])
    now += DAY_MS
    await expect(byPasskey(made)).resolves.toBeUndefined()
  })
  test('the passphrase is noted once a day', async () => {
    const made = await withPasskey()
    await made.as('auditor')
    now += DAY_MS + 1
    const auditor = await made.as('auditor')
    const noted = (await auditor.deviceLog()).filter(({ code, by }) => code === 'passphrase' && by === made.ids.auditor)
    expect(noted.map(({ at }) => Date.parse(at))).toEqual([START, START + DAY_MS + 1])
  })
  test('a log set back to before is refused, not believed', async () => {
    const made = await withPasskey()
    now = START + 8 * DAY_MS
    const kept = await rawStore('readonly', (s) => answer(s.site.get('end')))
    await made.as('auditor')
    await rawStore('readwrite', (s) => void s.site.put(kept))
    await expect(byPasskey(made)).rejects.toMatchObject({ code: 'vault/tampered' })
  })
})

describe('without people, a passkey alone', () => {
  async function withPasskey() {
    const vault = openTab(clock)
    await vault.create(PASSPHRASE)
    await vault.addPasskey(PASSPHRASE, offer())
    return { vault }
  }
  test('lets in for a week after the passphrase, and then no more until it is typed', async () => {
    const made = await withPasskey()
    await byPasskey(made)
    now = START + 7 * DAY_MS + 1
    await expect(byPasskey(made)).rejects.toMatchObject(DUE)
    await made.vault.unlock(PASSPHRASE)
    now += 7 * DAY_MS
    await expect(byPasskey(made)).resolves.toBeUndefined()
  })
  test('an older note in its place only asks sooner, and one that the vault did not make counts for nothing', async () => {
    const made = await withPasskey()
    const first = await rawStore('readonly', (s) => answer(s.site.get('proof')))
    now = START + 8 * DAY_MS
    await made.vault.unlock(PASSPHRASE)
    await expect(byPasskey(made)).resolves.toBeUndefined()
    const later = await rawStore('readonly', (s) => answer(s.site.get('proof')))
    await rawStore('readwrite', (s) => void s.site.put(first))
    await expect(byPasskey(made)).rejects.toMatchObject(DUE)
    const bent = { ...later, sealed: later.sealed.map((byte: number, n: number) => (n === 40 ? byte ^ 1 : byte)) }
    await rawStore('readwrite', (s) => void s.site.put(bent))
    await expect(byPasskey(made)).rejects.toMatchObject(DUE)
    await expect(made.vault.unlock(PASSPHRASE)).resolves.toBeUndefined()
  })
  test('is enough where there is no passphrase to ask for', async () => {
    const made = await withPasskey()
    const words = (await storedSlots()).filter(({ kind, person }) => kind === 'passphrase' && person === undefined)
    await dropSlots(...words.map(({ id }) => id))
    now = START + 30 * DAY_MS
    await expect(byPasskey(made)).resolves.toBeUndefined()
  })
})
