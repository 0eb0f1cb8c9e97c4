import { vi } from 'vitest'
import { FakeAccess, FakeDirectory, FakeFiles, FakeHandle } from './fake-files.ts'

/** What can go wrong at one call of the file of slots. */
export const FILE_FAULTS = [
  'quota',
  'unknown',
  'aborted',
  'stale-handle',
  'held',
  'not-allowed',
  'gone',
  'short',
  'slow',
] as const
export type FileFault = (typeof FILE_FAULTS)[number]

const NAMES = {
  quota: 'QuotaExceededError',
  unknown: 'UnknownError',
  aborted: 'AbortError',
  'stale-handle': 'InvalidStateError',
  held: 'NoModificationAllowedError',
  'not-allowed': 'NotAllowedError',
  gone: 'NotFoundError',
} as const
const isThrown = (fault: FileFault): fault is keyof typeof NAMES => fault in NAMES
const SLOW_MS = 5

const CALLS: readonly (readonly [object, string])[] = [
  [FakeFiles.prototype, 'getDirectory'],
  [FakeDirectory.prototype, 'getFileHandle'],
  [FakeHandle.prototype, 'createSyncAccessHandle'],
  [FakeHandle.prototype, 'getFile'],
  ...['getSize', 'read', 'write', 'flush', 'close'].map((verb) => [FakeAccess.prototype, verb] as const),
]

/** Sits at every call of the file that the vault makes: counts them, and lets one go wrong, or with `onwards` all from that one on. */
export class FaultyFiles {
  /** Calls since `arm`, each as its verb. */
  readonly sites: string[] = []
  #at = -1
  #fault: FileFault = 'quota'
  #onwards = false

  constructor() {
    for (const [prototype, verb] of CALLS) this.#patch(prototype, verb)
  }

  /** From the next call on: the call with this number goes wrong; none with -1. */
  arm(at: number, fault: FileFault, onwards = false): void {
    this.sites.length = 0
    this.#at = at
    this.#fault = fault
    this.#onwards = onwards
  }

  remove(): void {
    vi.restoreAllMocks()
  }

  #patch(prototype: object, verb: string): void {
    const original = Reflect.get(prototype, verb) as (...args: unknown[]) => unknown
    const meet = (self: object, args: unknown[]) => {
      const n = this.sites.push(verb) - 1
      const isHit = this.#at >= 0 && (n === this.#at || (this.#onwards && n > this.#at))
      return isHit ? fail(this.#fault, verb, args, (given) => original.apply(self, given)) : original.apply(self, args)
    }
    vi.spyOn(prototype as Record<string, (...args: unknown[]) => unknown>, verb).mockImplementation(function (
      this: object,
      ...args: unknown[]
    ) {
      return meet(this, args)
    })
  }
}

function fail(fault: FileFault, verb: string, args: unknown[], call: (args: unknown[]) => unknown): unknown {
  if (isThrown(fault)) {
    const error = new DOMException(`made to fail: ${fault}`, NAMES[fault])
    if (['getDirectory', 'getFileHandle', 'createSyncAccessHandle', 'getFile'].includes(verb))
      return Promise.reject(error)
    throw error
  }
  if (fault === 'slow') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, SLOW_MS)
  const [bytes, ...rest] = args
  if (fault === 'short' && bytes instanceof Uint8Array) return call([bytes.subarray(0, bytes.length >> 1), ...rest])
  return call(args)
}
