// @ts-check

/** @typedef {import('./arrival.mjs').Arrival & { date: string, chromium: string, cores: number, load: number, size: number[], volumeMiB: number }} LongScan */

/** What must hold: memory in volumes, the first slice and the longest task of the page in ms. */
export const LIMITS = { share: 2.3, firstSliceMs: 2000, taskMs: 100 }

const seconds = (/** @type {number} */ ms) => `${(ms / 1000).toFixed(1)} s`

/** Markdown of how a long series arrives. @returns {string} */
export function longScanPage(/** @type {LongScan} */ run) {
  const { size, volumeMiB, baselineMiB, peakOpeningMiB, peakMiB, afterMiB } = run
  const share = (/** @type {number} */ mib) => `${mib} MiB, ${(mib / volumeMiB).toFixed(2)} x`
  return `# A long series in one tab

Made by \`npm run evidence:long-scan\` on ${run.date} (Chromium ${run.chromium}, ${run.cores} cores, load ${run.load.toFixed(1)} before): a CT series of
${size.join(' x ')} voxels (${volumeMiB} MiB as 16-bit numbers), one file a slice with noise in every voxel, is dropped as a folder on the
built app. Memory is RssAnon + RssShmem of all renderer processes every 40 ms, less the ${baselineMiB} MiB they held before; a slice counts as
shown when pixels of its pane are not black; tasks of the page are those the browser reports (W3C Long Tasks).

| measure | limit | measured |
|---|---|---|
| peak memory until the scan is open | ${LIMITS.share} x | ${share(peakOpeningMiB)} |
| peak memory until it is stored, encrypted | ${LIMITS.share} x | ${share(peakMiB)} |
| memory two seconds after | | ${share(afterMiB)} |
| first slice on screen after the drop | ${seconds(LIMITS.firstSliceMs)} | ${seconds(run.firstSliceMs)} |
| scan open, with its passport | | ${seconds(run.openMs)} |
| scan stored | | ${seconds(run.savedMs)} |
| longest task of the page | ${LIMITS.taskMs} ms | ${run.longestTaskMs === 0 ? 'under 50' : run.longestTaskMs} ms |
`
}
