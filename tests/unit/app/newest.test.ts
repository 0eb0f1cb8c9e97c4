import { expect, test } from 'vitest'
import { Newest } from '../../../src/app/newest.ts'

/** Work that ends when told to, and hears of a cancel. */
function slow(name: string, log: string[]) {
  let end: (value: string) => void = () => {}
  const work = (signal: AbortSignal) => {
    log.push(`begin ${name}`)
    return new Promise<string>((resolve, reject) => {
      end = resolve
      signal.addEventListener('abort', () => {
        log.push(`cancel ${name}`)
        reject(signal.reason)
      })
    })
  }
  return { work, end: (value: string) => end(value) }
}
const turn = () => new Promise((resolve) => setTimeout(resolve))

test('of work asked in a row the first is cancelled, those between never begin, the last gives its result', async () => {
  const log: string[] = []
  const newest = new Newest()
  const [a, b, c] = ['a', 'b', 'c'].map((name) => slow(name, log)) as [
    ReturnType<typeof slow>,
    ReturnType<typeof slow>,
    ReturnType<typeof slow>,
  ]
  const first = newest.run(a.work)
  await turn()
  const second = newest.run(b.work)
  const third = newest.run(c.work)
  await turn()
  c.end('done')
  expect(await Promise.all([first, second, third])).toEqual([null, null, 'done'])
  expect(log).toEqual(['begin a', 'cancel a', 'begin c'])
})

test('an error of the work is thrown, and the next asked still runs', async () => {
  const newest = new Newest()
  await expect(newest.run(() => Promise.reject(new Error('no')))).rejects.toThrow('no')
  expect(await newest.run(async () => 4)).toBe(4)
})

test('a result that came after the cancel does not count', async () => {
  const newest = new Newest()
  let end: (value: number) => void = () => {}
  const asked = newest.run(() => new Promise<number>((resolve) => (end = resolve)))
  await turn()
  newest.cancel()
  end(4)
  expect(await asked).toBeNull()
})
