import { sha256 } from '../../src/core/hash.ts'
import type { CaseInit } from '../../src/vault/case.ts'
import { PRODUCTION, Vault } from '../../src/vault/vault.io.ts'
import type { Acknowledge, Asked, Found, Looked, Said, What } from './crash-look.ts'
import { lookAtSlots } from './crash-slots.ts'

const PASSPHRASE = 'eleven paper boats upstream'
const INIT: CaseInit = { pseudonym: 'Heron 4172', templateId: 'ct-bone', policy: 'teaching', process: 'sla' }
const ASSETS = 3
const ASSET_BYTES = 400_000

/** The bytes of one asset of one step: noise that both sides can make again. */
function bytesOf(step: number, n: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(ASSET_BYTES)
  let seed = step * 97 + n + 1
  for (let i = 0; i < bytes.length; i++) {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0
    bytes[i] = seed >>> 24
  }
  return bytes
}

async function openVault(): Promise<Vault> {
  const vault = new Vault({ ...PRODUCTION, locks: navigator.locks, storage: null, files: navigator.storage })
  const { state } = await vault.status()
  if (state === 'none') await vault.create(PASSPHRASE)
  else await vault.unlock(PASSPHRASE)
  return vault
}

/** Opens the vault that the last run left, and compares every byte of its case. */
async function look(vault: Vault): Promise<Looked> {
  const cases = await vault.listCases()
  const [summary] = cases
  if (!summary) return { step: 0, isTorn: false }
  try {
    const { state, assets, audit, revision } = await vault.openCase(summary.id)
    const { step } = (state ?? { step: 0 }) as { step: number }
    if (step === 0) return { step, isTorn: cases.length > 1 || assets.length > 0 }
    const digests = await Promise.all(Array.from({ length: ASSETS }, (_, n) => sha256(bytesOf(step, n))))
    for (const { id } of assets) {
      const { bytes } = await vault.readAsset(summary.id, id)
      const at = digests.indexOf(await sha256(bytes))
      if (at < 0) return { step, isTorn: true }
      digests.splice(at, 1)
    }
    const steps = audit.filter(({ code }) => code === 'step').length
    return { step, isTorn: digests.length > 0 || steps !== step || revision <= step || cases.length > 1 }
  } catch {
    return { step: 0, isTorn: true }
  }
}

/** Stores one step after the other until the process is killed; `acknowledge` is told each number that the vault said is stored. */
async function run(from: number, vault: Vault, acknowledge: Acknowledge): Promise<never> {
  const [summary] = await vault.listCases()
  const id = summary?.id ?? (await vault.createCase(INIT))
  let { assets } = await vault.openCase(id)
  for (let step = from + 1; ; step++) {
    const added = await Promise.all(
      Array.from({ length: ASSETS }, async (_, n) => {
        const bytes = bytesOf(step, n)
        return { type: 'export-stl' as const, digest: await sha256(bytes), meta: null, bytes }
      }),
    )
    const line = { at: new Date().toISOString(), code: 'step', outcome: 'done' as const, digests: [] }
    const remove = assets.map((asset) => asset.id)
    await vault.commit(id, { assets: added, remove, trace: [], audit: [line], state: { step } })
    await acknowledge(step)
    ;({ assets } = await vault.openCase(id))
  }
}

/** From here on: the milliseconds spent in making keys of secrets. */
function timeOfDeriving(): () => number {
  const { subtle } = crypto
  const deriveKey = subtle.deriveKey.bind(subtle)
  let spentMs = 0
  subtle.deriveKey = async (...given: Parameters<SubtleCrypto['deriveKey']>) => {
    const begun = performance.now()
    const key = await deriveKey(...given)
    spentMs += performance.now() - begun
    return key
  }
  return () => spentMs
}

/** Looks at what the last run left, then stores until the process is killed. */
async function lookAtSteps(acknowledge: Acknowledge): Promise<Looked> {
  const vault = await openVault()
  const found = await look(vault)
  run(found.step, vault, acknowledge).catch((error) => console.error(error))
  return found
}

/** In a worker, as in the app: a page gets no file that it can write in place. */
function serve(): void {
  const say = (said: Said) => self.postMessage(said)
  const heard = () => new Promise((resolve) => self.addEventListener('message', resolve, { once: true }))
  const work = async ({ data }: MessageEvent<Asked>) => {
    const { what, acknowledged } = data
    const acknowledge = async (step: number) => {
      say({ step })
      await heard()
    }
    const begun = performance.now()
    const deriving = timeOfDeriving()
    const found = await (what === 'slots' ? lookAtSlots(acknowledged, acknowledge) : lookAtSteps(acknowledge))
    say({ found: { ...found, recoveryMs: performance.now() - begun, passphraseMs: deriving() } })
  }
  self.addEventListener('message', work, { once: true })
}

/** In the page, for whoever kills it. */
function start(what: What, acknowledged: number, acknowledge: Acknowledge): Promise<Found> {
  const worker = new Worker('/page.js', { type: 'module' })
  return new Promise((resolve) => {
    worker.addEventListener('message', ({ data }: MessageEvent<Said>) => {
      if ('found' in data) resolve(data.found)
      else acknowledge(data.step).then(() => worker.postMessage('heard'))
    })
    worker.postMessage({ what, acknowledged } satisfies Asked)
  })
}

if (typeof document === 'undefined') serve()
else Reflect.set(globalThis, 'crashPage', { start })
