import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

interface Entry {
  readonly version?: string
  readonly resolved?: string
  readonly dependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

type Packages = Readonly<Record<string, Entry>>

const read = (name: string) => JSON.parse(readFileSync(new URL(`../../../${name}`, import.meta.url), 'utf8'))
const packages: Packages = read('package-lock.json').packages

/** Dependencies that no folder on the way up holds. `npm ci` refuses such a lockfile, optional ones included. */
function unresolved(all: Packages): string[] {
  return Object.entries(all).flatMap(([path, entry]) =>
    Object.keys({ ...entry.dependencies, ...entry.devDependencies, ...entry.optionalDependencies })
      .filter((name) => !isReachable(all, path, name))
      .map((name) => `${path || 'the project'} needs ${name}`),
  )
}

function isReachable(all: Packages, from: string, name: string): boolean {
  for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('node_modules') - 1))) {
    if (`${folder ? `${folder}/` : ''}node_modules/${name}` in all) return true
    if (folder === '') return false
  }
}

test('the lockfile holds every package for every platform', () => {
  expect(Object.keys(packages).length).toBeGreaterThan(100)
  expect(unresolved(packages)).toEqual([])
})

test('a lockfile that lacks the program of another platform is caught', () => {
  const { 'node_modules/@biomejs/cli-darwin-arm64': _, ...others } = packages
  expect(unresolved(others)).toEqual(['node_modules/@biomejs/biome needs @biomejs/cli-darwin-arm64'])
})

test('the lockfile names exact versions, no download address, and what package.json asks for', () => {
  expect(Object.entries(packages).filter(([path, entry]) => path && !entry.version)).toEqual([])
  expect(Object.values(packages).filter((entry) => entry.resolved)).toEqual([])
  const { dependencies, devDependencies } = read('package.json')
  expect(packages['']).toMatchObject({ dependencies, devDependencies })
  for (const version of Object.values({ ...dependencies, ...devDependencies })) expect(version).toMatch(/^\d/)
})
