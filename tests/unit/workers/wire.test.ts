import * as Comlink from 'comlink'
import { afterEach, expect, test } from 'vitest'
import '../../../workers/wire.ts'
import { PipelineError } from '../../../src/core/errors.ts'

const ports: MessagePort[] = []
afterEach(() => {
  for (const port of ports.splice(0)) port.close()
})

function connect<T extends object>(api: T) {
  const { port1, port2 } = new MessageChannel()
  ports.push(port1, port2)
  Comlink.expose(api, port1 as unknown as Comlink.Endpoint)
  return Comlink.wrap<T>(port2 as unknown as Comlink.Endpoint)
}

test('a named error keeps code and detail across the border', async () => {
  const remote = connect({
    run: (): number => {
      throw new PipelineError('surface/empty', 'Nothing is above 300 HU.', { isoHu: 300 })
    },
  })
  const error = await Promise.resolve(remote.run()).catch((e: unknown) => e)
  expect(error).toBeInstanceOf(PipelineError)
  expect(error).toMatchObject({ code: 'surface/empty', detail: { isoHu: 300 }, message: 'Nothing is above 300 HU.' })
})

test('another error keeps its name', async () => {
  const remote = connect({
    run: (): number => {
      throw new RangeError('bad')
    },
  })
  await expect(Promise.resolve(remote.run())).rejects.toMatchObject({ name: 'RangeError', message: 'bad' })
})

test('cancel and progress cross the border', async () => {
  const remote = connect({
    async run(rounds: number, signal: AbortSignal, onProgress: (fraction: number) => void) {
      for (let i = 0; i < rounds; i++) {
        await new Promise((resume) => setTimeout(resume, 2))
        signal.throwIfAborted()
        onProgress(i / rounds)
      }
      return 'done'
    },
  })
  const seen: number[] = []
  const controller = new AbortController()
  const listen = Comlink.proxy((fraction: number) => {
    seen.push(fraction)
    if (seen.length === 3) controller.abort()
  })
  const ended = await Promise.resolve(remote.run(1000, controller.signal, listen)).catch((e: unknown) => e)
  expect(ended).toMatchObject({ name: 'AbortError' })
  expect(seen.length).toBeLessThan(50)
  expect(await remote.run(2, new AbortController().signal, listen)).toBe('done')
})

test('a signal that was aborted before arrives aborted', async () => {
  const remote = connect({
    async run(signal: AbortSignal) {
      await new Promise((resume) => setTimeout(resume, 10))
      return signal.aborted
    },
  })
  expect(await remote.run(AbortSignal.abort())).toBe(true)
})
