import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { kioskArgs } from '../../../scripts/lib/egress.mjs'
import { ROOT } from '../../../scripts/lib/root.mjs'

const text = (name: string) => readFileSync(join(ROOT, name), 'utf8')

test('the guide names every flag that the test of the ways out is run with', () => {
  const guide = text('docs/kiosk.md')
  for (const flag of kioskArgs('https://proofprint.example/'))
    expect(guide).toContain(flag.replace(/"/g, '').split('=')[0])
})

test('the policy blocks every address but one host, and every policy the guide explains is in it', () => {
  const policy = JSON.parse(text('public/kiosk-policy.json')) as Record<string, unknown>
  expect(policy).toMatchObject({ URLBlocklist: ['*'], WebRtcIPHandling: 'disable_non_proxied_udp', QuicAllowed: false })
  for (const address of policy.URLAllowlist as string[]) expect(address).toContain('https://proofprint.example')
  const explained = [...text('docs/kiosk.md').matchAll(/^- (`.+?):/gm)].flatMap(([, names = '']) => [
    ...names.matchAll(/`(\w+)`/g),
  ])
  expect(explained.length).toBeGreaterThan(8)
  for (const [, name = ''] of explained) expect(policy).toHaveProperty(name)
})
