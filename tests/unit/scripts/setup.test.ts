import { expect, test } from 'vitest'
import { Problem } from '../../../scripts/lib/problem.mjs'
import { isInstalled, requireNode } from '../../../scripts/setup.mjs'

const wanted = {
  packages: {
    '': { version: '0.1.0' },
    'node_modules/a': { version: '1.0.0' },
    'node_modules/only-on-mac': { version: '2.0.0', optional: true },
  },
}

test('an install with every package in its version is complete, optional packages of other platforms aside', () => {
  expect(isInstalled(wanted, { packages: { 'node_modules/a': { version: '1.0.0' } } })).toBe(true)
})

test('a missing package, another version and an empty install are incomplete', () => {
  expect(isInstalled(wanted, { packages: {} })).toBe(false)
  expect(isInstalled(wanted, {})).toBe(false)
  expect(isInstalled(wanted, { packages: { 'node_modules/a': { version: '1.0.1' } } })).toBe(false)
})

test('an optional package in the wrong version is incomplete', () => {
  const installed = {
    packages: { 'node_modules/a': { version: '1.0.0' }, 'node_modules/only-on-mac': { version: '1.9.0' } },
  }
  expect(isInstalled(wanted, installed)).toBe(false)
})

test('an old Node is refused with a sentence that says what to do', () => {
  expect(() => requireNode('18.19.0')).toThrow(Problem)
  expect(() => requireNode('18.19.0')).toThrow('Install Node 20')
  expect(() => requireNode('20.0.0')).not.toThrow()
  expect(() => requireNode('24.1.0')).not.toThrow()
})
