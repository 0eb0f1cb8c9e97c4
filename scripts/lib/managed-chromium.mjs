// @ts-check
import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inRoot } from './root.mjs'

/**
 * Where Chromium and Chrome look for the policies of an administrator: a folder that is covered, and the one below it that they read.
 * Both are the whole machine's.
 */
const FOLDERS = [
  ['/etc/chromium', 'policies/managed'],
  ['/etc/opt', 'chrome/policies/managed'],
]
/** The host that the shipped policy is written for. */
const PLACEHOLDER = 'proofprint.example'

/** @returns {Record<string, unknown>} the policy shipped for kiosks, for the app at this address */
export function kioskPolicy(/** @type {string} */ appUrl) {
  const { origin, host } = new URL(appUrl)
  const text = readFileSync(inRoot('public', 'kiosk-policy.json'), 'utf8')
  return JSON.parse(text.replaceAll(`https://${PLACEHOLDER}`, origin).replaceAll(PLACEHOLDER, host))
}

/**
 * A program that starts Chromium as a machine with this policy would. It sees folders of its own in place of the machine's, so that
 * no other browser comes under the policy.
 * @param {string} chromiumPath
 * @param {Record<string, unknown>} policy
 * @returns {{ path: string, remove: () => void } | null} null where a program cannot be given folders of its own
 */
export function managedChromium(chromiumPath, policy) {
  const mayMount = process.getuid?.() === 0 ? ['--mount'] : ['--map-root-user', '--mount']
  const enter = [...mayMount, '--propagation', 'private']
  const present = FOLDERS.filter(([folder = '']) => existsSync(folder))
  const covers = present.map(([folder]) => `mount -t tmpfs none ${folder}`)
  if (present.length === 0 || spawnSync('unshare', [...enter, 'sh', '-c', covers.join(' && ')]).status !== 0)
    return null
  const work = mkdtempSync(join(tmpdir(), 'managed-'))
  const file = join(work, 'kiosk.json')
  writeFileSync(file, JSON.stringify(policy))
  const places = present.map(([folder, below]) => `mkdir -p ${folder}/${below} && cp "${file}" ${folder}/${below}/`)
  const acts = [...covers, ...places, `exec "${chromiumPath}" "$@"`].join(' && ')
  const path = join(work, 'chromium')
  writeFileSync(path, `#!/bin/sh\nexec unshare ${enter.join(' ')} sh -c '${acts}' sh "$@"\n`)
  chmodSync(path, 0o755)
  return { path, remove: () => rmSync(work, { recursive: true, force: true }) }
}
