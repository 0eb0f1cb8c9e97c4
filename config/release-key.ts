/**
 * Base64 of the raw Ed25519 public key that signs the releases of this site, or null. With a key, an installed app takes no
 * release that this key did not sign (docs/formats.md, `scripts/sign-release.mjs`).
 */
export const releaseKey: string | null = null
