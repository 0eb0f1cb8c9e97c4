// @ts-check

const WIDTH = 24

/** @typedef {{ isTTY?: boolean, write: (text: string) => unknown }} Output */

/**
 * Shows where the work is: on a terminal one bar a step, redrawn in place; elsewhere one line when a step ends.
 * `end` must be called before anything else is written to the same place.
 * @param {Output} output
 * @param {() => number} [now] milliseconds
 */
export function progressBar(output, now = () => performance.now()) {
  let step = ''
  let since = now()
  let drawn = ''
  const seconds = () => `${((now() - since) / 1000).toFixed(1)} s`
  const draw = (/** @type {string} */ line) => {
    if (!output.isTTY || line === drawn) return
    output.write(`\r\x1b[K${line}`)
    drawn = line
  }
  const finish = () => {
    if (step) output.write(`${output.isTTY ? '\r\x1b[K' : ''}${step.padEnd(12)} ${seconds()}\n`)
    step = ''
    drawn = ''
  }
  return {
    /** @param {{ step: string, fraction: number }} progress fraction 0..1 of the step */
    show(progress) {
      if (progress.step !== step) {
        finish()
        step = progress.step
        since = now()
      }
      const fraction = Math.min(1, Math.max(0, progress.fraction || 0))
      const full = Math.round(fraction * WIDTH)
      const bar = '#'.repeat(full) + '-'.repeat(WIDTH - full)
      draw(`${step.padEnd(12)} [${bar}] ${String(Math.round(fraction * 100)).padStart(3)} % ${seconds()}`)
    },
    end: finish,
  }
}
