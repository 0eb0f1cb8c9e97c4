import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { securityHeaders } from '../../../config/headers.ts'
import { ensureChromium } from '../../../scripts/lib/chromium.mjs'
import { renderHeaders } from '../../../scripts/lib/headers.mjs'
import { descendants } from '../../../scripts/lib/memory.mjs'
import { collectScanFiles } from '../../../scripts/lib/scan-files.mjs'
import { runSession } from '../../../scripts/lib/session.mjs'
import { serve } from '../../../scripts/serve.mjs'

// A page that keeps the contract of headless.html and does what the template's name says.
const PAGE = `
const bytes = (name) => new TextEncoder().encode(name.repeat(1000))
const behave = {
  async echo(options) {
    const files = [...document.querySelector('#files').files]
    const texts = await Promise.all(files.map((file) => file.text()))
    return { options, read: files.map((file, i) => [file.name, texts[i]]) }
  },
  hang: () => new Promise(() => {}),
  bug: () => Promise.reject(new Error('a bug of ours')),
}
window.proofprint = {
  async run(options) {
    for (const fraction of [0, 0.5, 1]) await window.__progress({ step: 'scan', fraction })
    const names = options.template === 'foreign' ? ['../escape'] : ['model.stl', 'volume.nii.gz']
    const size = (name) => bytes(name).length + (options.template === 'short' ? 1 : 0)
    const report = await (behave[options.template] ?? behave.echo)(options)
    const files = names.map((name) => ({ name, size: size(name) }))
    return { outcome: 'released', gates: [], error: null, report, files }
  },
  async take(name) {
    const link = document.createElement('a')
    link.href = URL.createObjectURL(new Blob([bytes(name)]))
    link.download = name
    link.click()
  },
  ready: true,
}
`

const base = mkdtempSync(join(tmpdir(), 'session-'))
const dist = join(base, 'dist')
const scan = join(base, 'scan')
const out = join(base, 'out')
let app: Awaited<ReturnType<typeof serve>>
let chromiumPath: string

beforeAll(async () => {
  for (const folder of [dist, out, join(scan, 'a'), join(scan, 'b')]) mkdirSync(folder, { recursive: true })
  const html = (script: string) =>
    `<!doctype html><input type="file" id="files" multiple><script type="module" src="/${script}"></script>`
  writeFileSync(join(dist, '_headers'), renderHeaders(securityHeaders))
  writeFileSync(join(dist, 'headless.html'), html('page.js'))
  writeFileSync(join(dist, 'page.js'), PAGE)
  writeFileSync(join(scan, 'a/same.dcm'), 'first')
  writeFileSync(join(scan, 'b/same.dcm'), 'second')
  app = await serve(dist)
  chromiumPath = (await ensureChromium()).path
})

afterAll(async () => {
  await app.close()
  rmSync(base, { recursive: true })
})

function session(template: string, more: Partial<Parameters<typeof runSession>[0]> = {}) {
  const line = { template, policy: 'teaching', process: 'fdm', series: null, set: {}, until: null, keep: [] }
  return runSession({
    url: `${app.url}headless.html`,
    chromiumPath,
    files: collectScanFiles(scan),
    line: { ...line, acknowledge: [], backend: 'auto' },
    out,
    onProgress: () => {},
    ...more,
  })
}

test('files go in with their paths, options and progress pass, and files of the right size come out', async () => {
  const steps: number[] = []
  const { result, memory, version } = await session('echo', { onProgress: ({ fraction }) => steps.push(fraction) })
  expect(result.report).toMatchObject({
    options: { scan: 'files', paths: ['a/same.dcm', 'b/same.dcm'], policy: 'teaching', series: null },
    read: [
      ['same.dcm', 'first'],
      ['same.dcm', 'second'],
    ],
  })
  expect(steps).toEqual([0, 0.5, 1])
  expect(readFileSync(join(out, 'model.stl'), 'utf8')).toBe('model.stl'.repeat(1000))
  expect(readFileSync(join(out, 'volume.nii.gz'), 'utf8')).toBe('volume.nii.gz'.repeat(1000))
  expect(version).toMatch(/^\d+\./)
  if (process.platform === 'linux') expect(memory.rendererMiB).toBeGreaterThan(20)
})

test('the sample needs no file', async () => {
  const { result } = await session('echo', { files: null })
  expect(result.report).toMatchObject({ options: { scan: 'sample', paths: [] }, read: [] })
})

test.each([
  ['short', 'export/mismatch', 'model.stl was not saved whole'],
  ['foreign', 'app/bug', 'unknown file'],
  ['bug', 'app/bug', 'Error: a bug of ours'],
])('a page that is %s ends with %s', async (template, code, message) => {
  await expect(session(template)).rejects.toMatchObject({ code, message: expect.stringContaining(message) })
})

test('a browser that dies is app/worker-lost, and nothing of it is left running', async () => {
  // Only Linux says which process is the renderer; the loss itself is handled alike everywhere.
  if (process.platform !== 'linux') return
  const kill = () => {
    const renderers = descendants(process.pid).filter((pid) =>
      readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('--type=renderer'),
    )
    for (const pid of renderers) process.kill(pid, 'SIGKILL')
  }
  const lost = session('hang', { onProgress: ({ fraction }) => fraction === 1 && kill() })
  await expect(lost).rejects.toMatchObject({ code: 'app/worker-lost' })
  expect(descendants(process.pid)).toEqual([])
})

test('a run that is cancelled says so', async () => {
  const controller = new AbortController()
  const { signal } = controller
  const run = session('hang', { signal, onProgress: ({ fraction }) => fraction === 1 && controller.abort() })
  await expect(run).rejects.toMatchObject({ code: 'app/cancelled' })
})

test('a page that is not there is a sentence', async () => {
  await expect(session('echo', { url: `${app.url}none.html` })).rejects.toMatchObject({
    message: 'The built app has no /none.html.',
  })
})
