import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { proofOf, site } from '../../support/people.ts'
import { freshProfile, INIT, openTab, PASSPHRASE } from '../../support/vault.ts'

beforeEach(freshProfile)
afterEach(() => void vi.useRealTimers())
const fake = () => vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] })
const LOCKED = { code: 'vault/locked' }

describe('a session of a person', () => {
  test('ends after two minutes without a touch, whatever longer time the page asks for', async () => {
    const { as } = await site({}, undefined, [])
    const vault = await as('owner')
    fake()
    vault.setIdleLock(600_000)
    expect(vault.lockInMs()).toBe(120_000)
    vi.advanceTimersByTime(119_999)
    vault.touch()
    vi.advanceTimersByTime(119_999)
    expect(vault.lockInMs()).toBe(1)
    vi.advanceTimersByTime(1)
    expect(vault.lockInMs()).toBeNull()
    await expect(vault.listCases()).rejects.toMatchObject(LOCKED)
    vault.setIdleLock(60_000)
    expect(vault.lockInMs()).toBeNull()
  })
  test('may ask for a shorter time', async () => {
    const { as } = await site({}, undefined, [])
    const vault = await as('owner')
    fake()
    vault.setIdleLock(1000)
    vi.advanceTimersByTime(1000)
    expect(vault.lockInMs()).toBeNull()
  })
  test('ends after half an hour, however often it is touched', async () => {
    const { as } = await site({}, undefined, [])
    fake()
    const vault = await as('owner')
    for (let minute = 1; minute < 30; minute++) {
      vi.advanceTimersByTime(60_000)
      vault.touch()
    }
    expect(vault.lockInMs()).toBe(60_000)
    vi.advanceTimersByTime(60_000)
    expect(vault.lockInMs()).toBeNull()
  })
  test('ends 30 seconds after its page was hidden, and being seen is a touch', async () => {
    const { as } = await site({}, undefined, [])
    fake()
    const vault = await as('owner')
    vault.hide()
    vi.advanceTimersByTime(29_999)
    vault.show()
    vi.advanceTimersByTime(60_000)
    expect(vault.lockInMs()).toBe(60_000)
    vault.hide()
    vi.advanceTimersByTime(30_000)
    expect(vault.lockInMs()).toBeNull()
  })
  test('is over when a sleeping computer wakes late, before its timer runs', async () => {
    const { as } = await site({}, undefined, [])
    fake()
    const vault = await as('owner')
    vi.setSystemTime(Date.now() + 3_600_000)
    await expect(vault.listCases()).rejects.toMatchObject(LOCKED)
    await as('owner')
    vault.hide()
    vi.setSystemTime(Date.now() + 40_000)
    vault.show()
    await expect(vault.listCases()).rejects.toMatchObject(LOCKED)
  })
  test('ends when its page is left', async () => {
    const { as } = await site({}, undefined, [])
    const vault = await as('owner')
    await vault.leave()
    await expect(vault.listCases()).rejects.toMatchObject(LOCKED)
    await vault.leave()
  })
})

test('without people a hidden or left page does not lock, and nothing ends it but idleness', async () => {
  const vault = openTab()
  await vault.create(PASSPHRASE)
  fake()
  vault.setIdleLock(600_000)
  vault.hide()
  vi.advanceTimersByTime(599_000)
  await vault.leave()
  vault.touch()
  vi.advanceTimersByTime(599_000)
  vault.touch()
  vi.advanceTimersByTime(599_000)
  vault.touch()
  vi.advanceTimersByTime(599_000)
  expect(vault.lockInMs()).toBe(1000)
})

describe('a vault without people', () => {
  test('accepts under the teaching policy; under another a release needs a reviewer, and that is written down', async () => {
    const vault = openTab()
    await vault.create(PASSPHRASE)
    const what = { revision: 1, digest: 'a'.repeat(64) }
    const id = await vault.createCase(INIT)
    expect(await vault.approve(id, what, null)).toBe('')
    expect((await vault.audit(id)).at(-1)).toMatchObject({ code: 'approve', digests: [what.digest], outcome: 'done' })
    const planning = await vault.createCase({ ...INIT, policy: 'planning' })
    await expect(vault.approve(planning, what, null)).rejects.toMatchObject({
      code: 'vault/denied',
      detail: { why: 'no-reviewer' },
    })
    expect((await vault.audit(planning)).at(-1)).toMatchObject({ code: 'approve/no-reviewer', outcome: 'denied' })
    await expect(vault.release(planning, '', null)).rejects.toMatchObject({ detail: { why: 'no-reviewer' } })
    expect((await vault.audit(planning)).at(-1)?.code).toBe('release/no-reviewer')
    await expect(vault.release(id, '', proofOf('owner'))).rejects.toMatchObject({ code: 'app/bad-parameter' })
    await expect(vault.deviceLog()).rejects.toMatchObject({ code: 'app/bad-parameter' })
  })
})
