// @ts-check

/** A failure a person can act on: a stable code and one plain sentence. Printed without a stack trace. */
export class Problem extends Error {
  /**
   * @param {string} code
   * @param {string} message
   * @param {ErrorOptions} [options]
   */
  constructor(code, message, options) {
    super(message, options)
    this.code = code
  }
}

/** `code: sentence` on one line, for the end of a program's output. */
export function lastLine(/** @type {unknown} */ error) {
  const code = error instanceof Problem ? error.code : 'app/bug'
  const message = error instanceof Error ? error.message : String(error)
  return `${code}: ${message.replace(/\s+/g, ' ').trim()}`
}

/**
 * Runs a program's main function; a failure becomes one line on stderr and exit code 1.
 * PROOFPRINT_DEBUG=1 adds the stack of what went wrong, here and in the page.
 * @param {() => Promise<number>} main gives the exit code
 */
export async function runMain(main) {
  try {
    process.exitCode = await main()
  } catch (error) {
    if (process.env.PROOFPRINT_DEBUG) console.error(error)
    console.error(lastLine(error))
    process.exitCode = 1
  }
}
