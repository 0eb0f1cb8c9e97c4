import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { findChromium, vulkanEnvironment } from '../../../scripts/lib/chromium.mjs'

const dir = mkdtempSync(join(tmpdir(), 'chromium-'))
afterAll(() => rmSync(dir, { recursive: true }))

function program(name: string, script: string): string {
  const path = join(dir, name)
  writeFileSync(path, `#!/bin/sh\n${script}\n`)
  chmodSync(path, 0o755)
  return path
}

const stub = program('chromium', 'echo "Install it from the store" >&2; exit 1')
const real = program('google-chrome', 'echo "Google Chrome 150.0.1.2"')

test('a stub that only tells where to get Chromium is passed over', async () => {
  expect(await findChromium({ PATH: dir }, [])).toEqual({ path: real, version: '150.0.1.2' })
})

test('CHROME_PATH wins, and one that does not run is an error', async () => {
  expect(await findChromium({ PATH: dir, CHROME_PATH: real })).toMatchObject({ path: real })
  await expect(findChromium({ PATH: dir, CHROME_PATH: stub })).rejects.toMatchObject({ code: 'setup/chromium' })
  await expect(findChromium({ CHROME_PATH: join(dir, 'none') })).rejects.toMatchObject({ code: 'setup/chromium' })
})

test('no Chromium is null', async () => {
  expect(await findChromium({ PATH: join(dir, 'none') }, [])).toBeNull()
})

test('the Vulkan driver beside the browser is named, unless another is asked for', () => {
  const driver = join(dir, 'vk_swiftshader_icd.json')
  writeFileSync(driver, '{}')
  expect(vulkanEnvironment(real, {})).toEqual({ VK_ICD_FILENAMES: driver })
  expect(vulkanEnvironment(real, { VK_ICD_FILENAMES: '/gpu.json' })).toEqual({})
})
