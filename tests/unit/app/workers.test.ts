import * as Comlink from 'comlink'
import { expect, test, vi } from 'vitest'
import { WorkerHost } from '../../../src/app/workers.ts'

const api = {
  double: (n: number) => 2 * n,
  stubborn: () => new Promise<number>(() => {}),
}

/** Stands in for a Worker: the same messages over a channel, and an `error` event on demand. */
class FakeWorker extends EventTarget {
  static started: FakeWorker[] = []
  readonly #page: MessagePort
  readonly #own: MessagePort
  ended = false

  constructor() {
    super()
    const { port1, port2 } = new MessageChannel()
    this.#page = port1
    this.#own = port2
    Comlink.expose(api, port2 as unknown as Comlink.Endpoint)
    port1.addEventListener('message', ({ data }) => this.dispatchEvent(new MessageEvent('message', { data })))
    port1.start()
    FakeWorker.started.push(this)
  }
  postMessage(message: unknown, transfer: Transferable[] = []): void {
    this.#page.postMessage(message, transfer)
  }
  terminate(): void {
    this.ended = true
    this.#page.close()
    this.#own.close()
  }
  crash(): void {
    this.dispatchEvent(Object.assign(new Event('error'), { message: 'out of memory' }))
  }
}

const host = (graceMs?: number) => {
  FakeWorker.started = []
  return new WorkerHost<typeof api>(() => new FakeWorker() as unknown as Worker, graceMs)
}
const last = () => FakeWorker.started.at(-1)

test('starts on first use and stays', async () => {
  const workers = host()
  expect(FakeWorker.started).toHaveLength(0)
  expect(await workers.call((remote) => remote.double(2))).toBe(4)
  expect(await workers.call((remote) => remote.double(3))).toBe(6)
  expect(FakeWorker.started).toHaveLength(1)
  workers.terminate()
})

test('a crash ends every open call by name, and the next call starts a fresh worker', async () => {
  const workers = host()
  const open = workers.call((remote) => remote.stubborn())
  last()?.crash()
  await expect(open).rejects.toMatchObject({ code: 'app/worker-lost' })
  expect(await workers.call((remote) => remote.double(2))).toBe(4)
  expect(FakeWorker.started).toHaveLength(2)
  workers.terminate()
})

test('work that ignores its cancel is ended after two seconds', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const workers = host()
  const controller = new AbortController()
  const open = workers.call((remote) => remote.stubborn(), controller.signal)
  const ended = expect(open).rejects.toMatchObject({ name: 'AbortError' })
  controller.abort()
  await vi.advanceTimersByTimeAsync(1900)
  expect(last()?.ended).toBe(false)
  await vi.advanceTimersByTimeAsync(200)
  await ended
  expect(last()?.ended).toBe(true)
  vi.useRealTimers()
})

test('without grace a cancel ends the worker at once, and the next call starts a fresh one', async () => {
  const workers = host(0)
  const controller = new AbortController()
  const open = workers.call((remote) => remote.stubborn(), controller.signal)
  controller.abort()
  await expect(open).rejects.toMatchObject({ name: 'AbortError' })
  expect(FakeWorker.started[0]?.ended).toBe(true)
  expect(await workers.call((remote) => remote.double(4))).toBe(8)
  expect(FakeWorker.started).toHaveLength(2)
  workers.terminate()
})

test('an aborted signal starts nothing', async () => {
  const workers = host()
  await expect(workers.call((remote) => remote.double(1), AbortSignal.abort())).rejects.toMatchObject({
    name: 'AbortError',
  })
  expect(FakeWorker.started).toHaveLength(0)
})
