import { beforeEach, expect, test } from 'vitest'
import { parseCheckpoint } from '../../../src/trace/checkpoint.ts'
import { noteSigners, parseNote } from '../../../src/trace/note.ts'
import { proofOf, sharedCase, site } from '../../support/people.ts'
import { designed, PLANNED } from '../../support/signed-case.ts'
import { freshProfile, openTab } from '../../support/vault.ts'

beforeEach(freshProfile)

const STATION = 'f'.repeat(64)
const deniedFor = (why: string) => ({ code: 'vault/denied', detail: { why } })

async function approved() {
  const made = await site({}, undefined, ['reviewer', 'operator', 'intake'])
  const id = await (await made.as('intake')).createCase(PLANNED)
  const owner = await made.as('owner')
  await owner.share(id, made.ids.reviewer, 'reviewer')
  await owner.share(id, made.ids.operator, 'operator')
  const part = await designed(owner, id)
  const { revision } = await owner.openCase(id)
  const reviewer = await made.as('reviewer')
  const token = await reviewer.approve(id, { revision, digest: part.mesh, said: part.said }, proofOf('reviewer'))
  const operator = await made.as('operator')
  const files = { tokens: [token], files: [{ name: '7K3MQ-2XA9B.3mf', digest: 'd'.repeat(64) }], station: STATION }
  return { made, on: { id }, token, operator, files }
}

test('an operator signs once which file they wrote from what was released, and for which station', async () => {
  const { made, on, token, operator, files } = await approved()
  await expect(operator.releaseFiles(on.id, files, proofOf('operator'))).rejects.toMatchObject(deniedFor('replayed'))
  await operator.release(on.id, token, proofOf('operator'))
  const { statement, checkpoint } = await operator.releaseFiles(on.id, files, proofOf('operator'))
  const terms = await operator.releaseTerms(statement)
  expect(terms).toMatchObject({ files: ['d'.repeat(64)], station: STATION })
  await expect(operator.releaseFiles(on.id, files, proofOf('operator'))).rejects.toMatchObject(deniedFor('replayed'))
  const { audit } = await (await made.as('owner')).openCase(on.id)
  expect(audit.filter(({ code }) => code === 'release-files')).toHaveLength(1)
  // With it a checkpoint over all that was done up to it, by the same person.
  const note = parseNote(checkpoint ?? '')
  const { origin: name, size } = parseCheckpoint(note.text)
  const at = audit.findIndex(({ code }) => code === 'release-files')
  expect(size).toBe(audit.slice(0, at + 1).filter(({ entry }) => entry).length)
  expect(terms.signedBy).toHaveLength(1)
  const keys = terms.signedBy.map((publicKey) => ({ name, type: 'ed25519' as const, publicKey }))
  expect(await noteSigners(note, keys)).toEqual(keys)
})
test('a 3MF is sealed only for whom a custodian kept, and it is signed for whom', async () => {
  const { made, on, token, operator, files } = await approved()
  await operator.release(on.id, token, proofOf('operator'))
  const kept = { revision: 0, value: { recipients: [{ fingerprint: 'a' }, { fingerprint: 'b' }] } }
  await expect(operator.writeSetting('seal-recipients', kept)).rejects.toMatchObject(deniedFor('role'))
  await (await made.as('custodian')).writeSetting('seal-recipients', kept)
  const again = await made.as('operator')
  const released = (sealedFor: readonly string[]) =>
    again.releaseFiles(on.id, { ...files, station: null, sealedFor }, proofOf('operator'))
  for (const other of [['c'], ['a', 'c']])
    await expect(released(other)).rejects.toMatchObject({ code: 'sealed/bad-recipient' })
  await released(['a'])
  const { audit } = await (await made.as('owner')).openCase(on.id)
  const { statement } = audit.find(({ code }) => code === 'write-files') ?? {}
  expect(JSON.parse(atob(statement?.payload ?? '')).predicate.proofprint.sealedFor).toEqual(['a'])
})
test('of a person whose key this vault does not know the terms are not read', async () => {
  const { on, token, operator, files } = await approved()
  await operator.release(on.id, token, proofOf('operator'))
  const { statement } = await operator.releaseFiles(on.id, files, proofOf('operator'))
  const stranger = openTab()
  await stranger.startTeaching()
  await expect(stranger.releaseTerms(statement)).rejects.toMatchObject({ code: 'trace/bad-signature' })
})
test('a body that was not released is missing, another operator released nothing, and nobody else signs', async () => {
  const { made, on, token, operator, files } = await approved()
  await operator.release(on.id, token, proofOf('operator'))
  const one = { ...files, tokens: [] }
  await expect(operator.releaseFiles(on.id, one, proofOf('operator'))).rejects.toMatchObject(deniedFor('stale'))
  await expect(operator.releaseFiles(on.id, { ...files, files: [] }, proofOf('operator'))).rejects.toMatchObject(
    deniedFor('stale'),
  )
  const owner = await made.as('owner')
  await expect(owner.releaseFiles(on.id, files, proofOf('owner'))).rejects.toMatchObject(deniedFor('role'))
})
test('what was approved without a check that was signed is released, and no file of it is', async () => {
  const made = await site({}, undefined, ['intake', 'reviewer', 'operator'])
  const on = await sharedCase(made)
  const said = { policy: 'planning', traceId: 'a', acknowledgements: [], bodies: [{ meshDigest: on.digest }] }
  const token = await (await made.as('reviewer')).approve(on.id, { ...on, said }, proofOf('reviewer'))
  const operator = await made.as('operator')
  await operator.release(on.id, token, proofOf('operator'))
  const files = { tokens: [token], files: [{ name: 'a.3mf', digest: 'd'.repeat(64) }], station: null }
  await expect(operator.releaseFiles(on.id, files, proofOf('operator'))).rejects.toMatchObject(deniedFor('not-stated'))
})
