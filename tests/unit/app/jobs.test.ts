import { describe, expect, test, vi } from 'vitest'
import { Jobs } from '../../../src/app/jobs.svelte.ts'
import { PipelineError } from '../../../src/core/errors.ts'

describe('jobs', () => {
  test('gives the result and shows the work while it runs', async () => {
    const jobs = new Jobs()
    const result = await jobs.run('scan', async (ctx) => {
      ctx.progress(0.5)
      expect(jobs.current).toMatchObject({ stage: 'scan', fraction: 0.5 })
      jobs.onStage('threshold')
      expect(jobs.current?.stage).toBe('threshold')
      return 7
    })
    expect(result).toBe(7)
    expect(jobs.current).toBeNull()
    expect(jobs.problem).toBeNull()
  })
  test('cancel ends the work and is no problem', async () => {
    const jobs = new Jobs()
    const running = jobs.run('scan', async ({ signal }) => {
      await new Promise((resume) => setTimeout(resume, 5))
      signal.throwIfAborted()
      return 7
    })
    jobs.cancel()
    expect(await running).toBeNull()
    expect(jobs.problem).toBeNull()
  })
  test('a named error becomes the problem; the next job takes it away', async () => {
    const jobs = new Jobs()
    await jobs.run('scan', () => Promise.reject(new PipelineError('import/empty', 'This file is empty.')))
    expect(jobs.problem).toEqual({ code: 'import/empty', message: 'This file is empty.' })
    await jobs.run('scan', async () => 1)
    expect(jobs.problem).toBeNull()
  })
  test('a bug shows none of its text: it may hold anything', async () => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => {})
    const jobs = new Jobs()
    await jobs.run('scan', () => Promise.reject(new Error('SECRET^PATIENT')))
    expect(jobs.problem?.code).toBe('app/bug')
    expect(jobs.problem?.message).not.toContain('SECRET')
    expect(log).toHaveBeenCalled()
    log.mockRestore()
  })
  test('a second job does not start while one runs', async () => {
    const jobs = new Jobs()
    let ran = false
    const first = jobs.run('scan', () => new Promise((resume) => setTimeout(resume, 5)))
    expect(
      await jobs.run('check', async () => {
        ran = true
      }),
    ).toBeNull()
    await first
    expect(ran).toBe(false)
  })
})
