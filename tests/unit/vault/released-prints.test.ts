import { beforeEach, expect, test } from 'vitest'
import { proofOf, site } from '../../support/people.ts'
import { designed, PLANNED } from '../../support/signed-case.ts'
import { freshProfile } from '../../support/vault.ts'

beforeEach(freshProfile)

const DAY_MS = 86_400_000
const deniedFor = (why: string) => ({ code: 'vault/denied', detail: { why } })
const FILES = [
  { name: 'part-1.stl', digest: 'd'.repeat(64) },
  { name: 'part-2.stl', digest: 'e'.repeat(64) },
]
const digests = FILES.map(({ digest }) => digest)
const MADE = { print: 'a'.repeat(64), files: digests, printer: 'Form 3', material: 'Grey', judged: null }

/** Released by an operator: two plain files, or for a print station. */
async function released(station: string | null = null) {
  const clock = { at: Date.now() + 60_000 }
  const made = await site({ now: () => new Date(clock.at) }, undefined, ['reviewer', 'operator', 'intake', 'auditor'])
  const id = await (await made.as('intake')).createCase(PLANNED)
  const owner = await made.as('owner')
  await owner.share(id, made.ids.reviewer, 'reviewer')
  await owner.share(id, made.ids.operator, 'operator')
  const part = await designed(owner, id)
  const { revision } = await owner.openCase(id)
  const reviewer = await made.as('reviewer')
  const token = await reviewer.approve(id, { revision, digest: part.mesh, said: part.said }, proofOf('reviewer'))
  const operator = await made.as('operator')
  expect(await operator.releasedPrints()).toEqual([])
  await operator.release(id, token, proofOf('operator'))
  await operator.releaseFiles(id, { tokens: [token], files: FILES, station }, proofOf('operator'))
  return { made, id, operator, clock }
}

test('what left as plain files waits for one print of all of them, which is then known with who wrote it down', async () => {
  const { made, id, operator } = await released()
  const [one] = await operator.releasedPrints()
  expect(one).toMatchObject({ case: id, files: FILES, print: null })
  await operator.recordPrint(id, MADE)
  const print = { printer: 'Form 3', material: 'Grey', by: made.ids.operator }
  expect(await operator.releasedPrints()).toMatchObject([{ release: one?.release, print }])
  await expect(operator.recordPrint(id, MADE)).rejects.toMatchObject(deniedFor('replayed'))
  for (const name of ['owner', 'reviewer', 'auditor'] as const)
    expect(await (await made.as(name)).releasedPrints()).toEqual([])
})

test('no print of other files, of none, or of what was not released', async () => {
  const { id, operator } = await released()
  for (const files of [[], ['f'.repeat(64)], [...digests, 'f'.repeat(64)]])
    await expect(operator.recordPrint(id, { ...MADE, files })).rejects.toMatchObject(deniedFor('replayed'))
  expect(await operator.releasedPrints()).toMatchObject([{ print: null }])
})

test('after 30 days a release is for no print any more; one that was printed stays', async () => {
  const late = await released()
  late.clock.at += 30 * DAY_MS + 1
  await late.made.as('operator')
  expect(await late.operator.releasedPrints()).toEqual([])
  await expect(late.operator.recordPrint(late.id, MADE)).rejects.toMatchObject(deniedFor('late-release'))
  freshProfile()
  const inTime = await released()
  inTime.clock.at += 30 * DAY_MS
  await inTime.made.as('operator')
  await inTime.operator.recordPrint(inTime.id, MADE)
  inTime.clock.at += DAY_MS
  await inTime.made.as('operator')
  expect(await inTime.operator.releasedPrints()).toMatchObject([{ print: { printer: 'Form 3' } }])
})

test('what was sealed for a print station waits for its receipt instead', async () => {
  const { operator } = await released('f'.repeat(64))
  expect(await operator.releasedPrints()).toEqual([])
})
