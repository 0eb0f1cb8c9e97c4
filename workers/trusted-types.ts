/** Import first in the page and in every worker: each realm has its own default policy. */
const tt = (
  globalThis as unknown as { trustedTypes?: { createPolicy(n: string, r: object): unknown; defaultPolicy?: unknown } }
).trustedTypes
if (tt && !tt.defaultPolicy) {
  tt.createPolicy('default', {
    createScriptURL(u: string) {
      const url = new URL(u, globalThis.location.href)
      if (url.origin !== globalThis.location.origin) throw new TypeError(`script URL refused: ${url.origin}`)
      return u
    },
  })
}

export {}
