import { expect, test } from 'vitest'

// The order is the architecture: a file imports from its own folder or from folders to the left, never to the right.
const ORDER = [
  'core',
  'gpu',
  'import',
  'volume',
  'infer',
  'segment',
  'surface',
  'prepare',
  'qa',
  'print',
  'trace',
  'vault',
  'export',
  'evidence',
  'ledger',
  'workers',
  'app',
  'ui',
] // prettier-ignore
const PURE_FOLDERS = ORDER.slice(0, ORDER.indexOf('workers'))
const EFFECT_FILE = /\.(gpu|io|svelte)\.ts$|\.(svelte|wgsl)$/
const BROWSER_OBJECT =
  /\b(document|window|navigator|localStorage)\.|\b(indexedDB|GPUDevice|GPUBuffer)\b|\bnew Worker\b|\bfetch\(/

const files = import.meta.glob(['../src/**/*.{ts,svelte}', '../workers/**/*.ts'], {
  query: '?raw',
  import: 'default',
  eager: true,
}) as Record<string, string>

interface Edge {
  from: string
  to: string
}

const folderOf = (path: string) => /^\.\.\/(?:src\/)?([^/]+)/.exec(path)?.[1] ?? ''
/** Files directly under src (main.ts) sit on top of every folder. */
const rankOf = (folder: string) => (folder.includes('.') ? ORDER.length : ORDER.indexOf(folder))
const resolve = (from: string, to: string) =>
  new URL(to, `file:///a/b/${from.replace('../', '')}`).pathname.replace('/a/b/', '../')
const isPure = (path: string) => PURE_FOLDERS.includes(folderOf(path)) && !EFFECT_FILE.test(path)
const withoutComments = (code: string) => code.replace(/\/\/.*|\/\*[\s\S]*?\*\//g, '')

/** Import edges of a set of sources, relative imports only. */
function edgesOf(sources: Record<string, string>): Edge[] {
  return Object.entries(sources).flatMap(([from, code]) =>
    [...code.matchAll(/(?:from|import\(?)\s*['"](\.[^'"?]+)/g)].map((m) => ({ from, to: resolve(from, m[1] ?? '') })),
  )
}

const upward = (edges: Edge[]) => edges.filter((e) => rankOf(folderOf(e.to)) > rankOf(folderOf(e.from)))
const effectImports = (edges: Edge[]) => edges.filter((e) => isPure(e.from) && EFFECT_FILE.test(e.to))
const browserUsers = (sources: Record<string, string>) =>
  Object.entries(sources)
    .filter(([path, code]) => isPure(path) && BROWSER_OBJECT.test(withoutComments(code)))
    .map(([path]) => path)

function cyclesOf(edges: Edge[]): string[] {
  const out = new Map<string, string[]>()
  for (const e of edges) out.set(e.from, [...(out.get(e.from) ?? []), e.to])
  const state = new Map<string, 'open' | 'done'>()
  const cycles: string[] = []
  const visit = (file: string, path: string[]) => {
    if (state.get(file) === 'done') return
    if (state.get(file) === 'open') {
      cycles.push([...path.slice(path.indexOf(file)), file].join(' -> '))
      return
    }
    state.set(file, 'open')
    for (const next of out.get(file) ?? []) visit(next, [...path, file])
    state.set(file, 'done')
  }
  for (const file of out.keys()) visit(file, [])
  return cycles
}

const edges = edgesOf(files)

test('the sources are seen', () => {
  expect(Object.keys(files).length).toBeGreaterThan(10)
  expect(edges.length).toBeGreaterThan(10)
})
test('imports only point to the left', () => {
  expect(upward(edges)).toEqual([])
})
test('every folder is declared', () => {
  expect([...new Set(Object.keys(files).map(folderOf))].filter((f) => rankOf(f) < 0)).toEqual([])
})
test('pure files touch no browser or GPU object', () => {
  expect(browserUsers(files)).toEqual([])
})
test('pure files import no driver, no I/O, no UI', () => {
  expect(effectImports(edges)).toEqual([])
})
test('no import cycle', () => {
  expect(cyclesOf(edges)).toEqual([])
})
test('the rule catches planted faults', () => {
  const planted = {
    '../src/segment/a.ts': "import { x } from '../qa/b.ts'\nimport y from './c.wgsl'\nwindow.alert(1)",
    '../src/qa/b.ts': "import { z } from './d.ts'",
    '../src/qa/d.ts': "import { w } from './b.ts'",
  }
  const plantedEdges = edgesOf(planted)
  expect(upward(plantedEdges)).toEqual([{ from: '../src/segment/a.ts', to: '../src/qa/b.ts' }])
  expect(effectImports(plantedEdges)).toEqual([{ from: '../src/segment/a.ts', to: '../src/segment/c.wgsl' }])
  expect(browserUsers(planted)).toEqual(['../src/segment/a.ts'])
  expect(cyclesOf(plantedEdges)).toHaveLength(1)
})
