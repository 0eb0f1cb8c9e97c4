import '../workers/trusted-types.ts'
import { runBatch } from './app/batch.ts'
import { download } from './app/download.io.ts'
import { type Responsiveness, watchLongTasks } from './app/long-tasks.io.ts'
import type { RunOptions, RunResult } from './app/run-result.ts'
import { createWorkers, WorkerHost } from './app/workers.ts'
import { findingText } from './ui/check.en.ts'
import type { PictureApi } from './ui/viewer/picture.worker.ts'

/** The line without a screen, for scripts/pipeline.mjs: the built app's own workers, driven from outside. */
interface Headless {
  readonly ready: true
  run(options: RunOptions): Promise<RunResult & { readonly responsiveness: Responsiveness | null }>
  take(name: string): Promise<void>
}

type ProgressBinding = (progress: { step: string; fraction: number }) => void

const PICTURE_WIDTH = 1200
const PICTURE_HEIGHT = 900
const pictures = new WorkerHost<PictureApi>(
  () => new Worker(new URL('./ui/viewer/picture.worker.ts', import.meta.url), { type: 'module', name: 'picture' }),
)
let outputs: ReadonlyMap<string, Blob> = new Map()

function chosenFiles(paths: readonly string[]) {
  const input = document.querySelector<HTMLInputElement>('#files')
  return [...(input?.files ?? [])].map((file, n) => ({ path: paths[n] ?? file.name, file }))
}

const headless: Headless = {
  ready: true,
  async run(options) {
    const tell = (globalThis as { __progress?: ProgressBinding }).__progress ?? (() => {})
    const watch = watchLongTasks()
    let step = 'scan'
    const { result, files } = await runBatch({
      workers: createWorkers(),
      options,
      files: chosenFiles(options.paths),
      ctx: {
        signal: new AbortController().signal,
        progress: (fraction) => tell({ step, fraction }),
      },
      onStage: (stage) => {
        watch.mark(stage)
        step = stage
        tell({ step, fraction: 0 })
      },
      picture: (mesh) => pictures.call((api) => api.renderPicture(mesh, PICTURE_WIDTH, PICTURE_HEIGHT)),
      advise: findingText,
    })
    outputs = files
    return { ...result, responsiveness: await watch.read() }
  },
  async take(name) {
    const blob = outputs.get(name)
    if (blob) download(name, blob)
  },
}

Object.assign(globalThis, { proofprint: headless })
