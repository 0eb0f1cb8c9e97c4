import { vi } from 'vitest'

const METHODS = ['put', 'add', 'delete'] as const
export type Fault = 'throw' | 'abort-later'

/** Makes the n-th write of any kind to any store fail, counted from now; 0 only counts. */
export function failWrite(nth: number, how: Fault): { count(): number; restore(): void } {
  let count = 0
  const spies = METHODS.map((method) => {
    const original = IDBObjectStore.prototype[method] as (...args: unknown[]) => IDBRequest
    return vi.spyOn(IDBObjectStore.prototype, method).mockImplementation(function (
      this: IDBObjectStore,
      ...args: unknown[]
    ) {
      const request = () => original.apply(this, args)
      if (++count !== nth) return request() as never
      if (how === 'throw') throw new DOMException('The disk is full.', 'QuotaExceededError')
      const { transaction } = this
      const made = request()
      made.addEventListener('success', () => transaction.abort())
      return made as never
    })
  })
  return {
    count: () => count,
    restore: () => {
      for (const spy of spies) spy.mockRestore()
    },
  }
}

/** How many writes `work` makes. */
export async function writesOf(work: () => Promise<unknown>): Promise<number> {
  const faults = failWrite(0, 'throw')
  try {
    await work()
    return faults.count()
  } finally {
    faults.restore()
  }
}
