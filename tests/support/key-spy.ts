import type { Page } from 'playwright-core'

/**
 * Notes every secret that goes into or comes out of the browser's cryptography in the worker of the vault: keys brought in or out,
 * shared secrets, and those that are made from a passphrase or a passkey and never leave the browser, which are made a second time
 * to be seen. Public keys are none.
 */
const SPY = `{
  const seen = (globalThis.seenSecrets = new Map())
  const note = (of, data) => {
    const bytes = new Uint8Array(ArrayBuffer.isView(data) ? data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength) : data)
    // A key of zeros alone is a step of HKDF and no secret.
    if (bytes.length >= 16 && bytes.length <= 128 && new Set(bytes).size > 2) seen.set(bytes.toString(), of)
  }
  const { subtle } = crypto
  const [importKey, deriveBits, deriveKey, exportKey, wrapKey, unwrapKey] = ['importKey', 'deriveBits', 'deriveKey', 'exportKey', 'wrapKey', 'unwrapKey']
    .map((name) => subtle[name].bind(subtle))
  const isPublic = (usages) => usages.length === 0 || usages.every((one) => one === 'verify')
  const nameOf = (how) => how.name ?? how
  subtle.importKey = (format, data, how, extractable, usages) => {
    if (format === 'raw' && !isPublic(usages)) note('imported ' + nameOf(how), data)
    // The 32 bytes of a private key are the last of their envelope.
    if (format === 'pkcs8') note('private key ' + nameOf(how), new Uint8Array(data).slice(-32))
    return importKey(format, data, how, extractable, usages.includes('deriveKey') ? [...usages, 'deriveBits'] : usages)
  }
  subtle.deriveKey = async (how, base, ...rest) => {
    note('derived by ' + how.name, await deriveBits(how, base, 256))
    return deriveKey(how, base, ...rest)
  }
  subtle.deriveBits = async (how, ...rest) => {
    const bits = await deriveBits(how, ...rest)
    note('derived by ' + how.name, bits)
    return bits
  }
  subtle.wrapKey = async (format, key, ...rest) => {
    note('wrapped', await exportKey('raw', key))
    return wrapKey(format, key, ...rest)
  }
  subtle.unwrapKey = async (format, data, kek, how, as, extractable, usages) => {
    const key = await unwrapKey(format, data, kek, how, as, extractable, usages)
    note('unwrapped', await exportKey('raw', await unwrapKey(format, data, kek, how, as, true, usages)))
    return key
  }
  subtle.exportKey = async (format, key) => {
    const raw = await exportKey(format, key)
    if (key.type !== 'public' && raw instanceof ArrayBuffer) note('exported', raw.slice(-32))
    return raw
  }
}
`

export interface Secret {
  /** By which call it was seen. */
  readonly of: string
  readonly bytes: Buffer
}

/** From the next load of the page on. */
export const spyOnVault = (page: Page) =>
  page.route('**/sealed/vault.worker-*.js', async (route) => {
    const response = await route.fetch()
    await route.fulfill({ response, body: SPY + (await response.text()) })
  })

/** What the worker of the vault has used since it started; ask before a lock ends it. */
export async function secretsSeen(page: Page): Promise<Secret[]> {
  const worker = page.workers().find((one) => one.url().includes('vault'))
  const found = await worker?.evaluate(() => [...(Reflect.get(globalThis, 'seenSecrets') as Map<string, string>)])
  return (found ?? []).map(([bytes, of]) => ({ of, bytes: Buffer.from(bytes.split(',').map(Number)) }))
}
