import { beforeEach, expect, test } from 'vitest'
import { parseCheckpoint } from '../../../src/trace/checkpoint.ts'
import { parseNote } from '../../../src/trace/note.ts'
import { newestCheckpoint } from '../../../src/vault/log-checkpoints.ts'
import { site } from '../../support/people.ts'
import { freshProfile, INIT } from '../../support/vault.ts'

beforeEach(freshProfile)

test('the newest checkpoint of a log says how many lines are under it, who signed it, and which auditors did', async () => {
  const { as, ids } = await site({}, undefined, ['intake', 'auditor'])
  const intake = await as('intake')
  const id = await intake.createCase(INIT)
  await as('owner')
  expect(newestCheckpoint([])).toBeNull()
  // Locked after the last change, the log is all under one.
  const auditor = await as('auditor')
  const before = newestCheckpoint(await auditor.audit(id))
  expect(before).toMatchObject({ by: expect.any(String), witnesses: [], earlier: null, behind: 0 })
  expect(before?.size).toBeGreaterThan(0)

  const note = await auditor.witness(id)
  const log = await auditor.audit(id)
  const after = newestCheckpoint(log)
  expect(after).toMatchObject({ by: before?.by, at: before?.at, size: before?.size, root: before?.root, behind: 1 })
  expect(after?.witnesses).toEqual([{ by: ids.auditor, at: log.at(-1)?.at }])
  expect(after?.note).toBe(note)
  expect(parseCheckpoint(parseNote(note).text).size).toBe(after?.size)

  // The next one has no word of an auditor yet, and the one before it stays known.
  const next = newestCheckpoint(await (await as('auditor')).audit(id))
  expect(next).toMatchObject({ behind: 0, witnesses: [] })
  expect(next?.earlier).toEqual({ by: ids.auditor, at: log.at(-1)?.at, size: after?.size })
  expect(next?.size).toBeGreaterThan(after?.size ?? 0)
  expect(() => newestCheckpoint(log.map((line) => ({ ...line, checkpoint: 'not a note' })))).toThrow(
    expect.objectContaining({ code: 'trace/bad-note' }),
  )
}, 60_000)
