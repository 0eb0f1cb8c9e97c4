import { expect, test } from 'vitest'
import { isBackupDue } from '../../../src/app/backups.svelte.ts'

test('a backup is due when cases have none, or changed and the last one is older than a week', () => {
  const at = '2026-05-01T10:00:00.000Z'
  const after = (changed: number, ms: number) => isBackupDue({ at, changed }, new Date(Date.parse(at) + ms))
  const week = 7 * 86_400_000
  expect(isBackupDue({ at: null, changed: 0 }, new Date())).toBe(false)
  expect(isBackupDue({ at: null, changed: 1 }, new Date())).toBe(true)
  expect([after(1, week), after(1, week + 1), after(0, 9 * week)]).toEqual([false, true, false])
})
