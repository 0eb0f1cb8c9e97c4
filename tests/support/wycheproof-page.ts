import { runWycheproof } from './wycheproof.ts'

/** The runner, for a test that drives this page from outside. */
Reflect.set(globalThis, 'runWycheproof', runWycheproof)
