// @ts-check
import { spawn } from 'node:child_process'
import { ROOT } from './root.mjs'

/**
 * Runs a command in the project folder and gathers what it says (stdout and stderr together).
 * @param {string} command
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {Promise<{ code: number, output: string }>} code 127 when the command does not exist
 */
export function run(command, args, env = process.env) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    const gather = (/** @type {Buffer} */ chunk) => {
      output += chunk
    }
    child.stdout.on('data', gather)
    child.stderr.on('data', gather)
    child.on('error', (error) => resolve({ code: 127, output: error.message }))
    child.on('close', (code) => resolve({ code: code ?? 1, output }))
  })
}

/** Runs one of the project's own Node programs. */
export const runNode = (/** @type {string[]} */ ...args) => run(process.execPath, args)
