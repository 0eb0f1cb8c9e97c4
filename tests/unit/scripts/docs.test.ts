import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { ROOT } from '../../../scripts/lib/root.mjs'

const text = (name: string) => readFileSync(join(ROOT, name), 'utf8')
const pages = [
  'README.md',
  'CHANGELOG.md',
  'docs/architecture.md',
  ...readdirSync(join(ROOT, 'docs/adr')).map((name) => `docs/adr/${name}`),
]

test('every dependency says in docs/architecture.md why it is here, and no other does', () => {
  const { dependencies, devDependencies } = JSON.parse(text('package.json'))
  const table = text('docs/architecture.md').split('## Why each dependency is here')[1] ?? ''
  const named = [...table.matchAll(/^\| ([^|]+) \|/gm)].flatMap((row) => (row[1] ?? '').split(', '))
  const rows = named.filter((name) => name !== 'package' && !/^-+$/.test(name))
  expect(rows.sort()).toEqual(Object.keys({ ...dependencies, ...devDependencies }).sort())
})

test.each(pages)('the links of %s lead somewhere', (page) => {
  const links = [...text(page).matchAll(/(?<!!)\[[^\]]*\]\(([^)#]+)\)/g)].map((match) => match[1] ?? '')
  const missing = links.filter((link) => !link.startsWith('https://') && !existsSync(join(ROOT, dirname(page), link)))
  expect(missing).toEqual([])
})

test.each(pages)('the commands and files that %s names exist', (page) => {
  const { scripts } = JSON.parse(text('package.json'))
  const commands = [...text(page).matchAll(/\bnpm (?:run )?(start|test|[a-z]+(?= --|`))/g)].map(
    (match) => match[1] ?? '',
  )
  expect(commands.filter((name) => name !== 'ci' && !(name in scripts))).toEqual([])
  const files = [...text(page).matchAll(/`((?:src|tests|config|scripts)\/[\w./-]+\.(?:ts|mjs))[`:]/g)]
  const real = files.map((match) => match[1] ?? '').filter((name) => !/\/x(\.|\/)/.test(name))
  expect(real.filter((name) => !existsSync(join(ROOT, name)))).toEqual([])
})
