// Copies the wasm pipelines that itk-wasm fetches by URL into public/vendor/itk. Quiet and idempotent: only files
// whose size differs are written.
import { copyFile, mkdir, stat } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const PIPELINES = {
  '@itk-wasm/dicom': ['read-image-dicom-file-series'],
  '@itk-wasm/image-io': ['nifti-read-image', 'nrrd-read-image', 'meta-read-image'],
}

const sizeOf = (path) =>
  stat(path).then(
    (s) => s.size,
    () => -1,
  )

await mkdir(`${root}public/vendor/itk`, { recursive: true })
for (const [name, pipelines] of Object.entries(PIPELINES)) {
  for (const file of pipelines.flatMap((p) => [`${p}.js`, `${p}.wasm.zst`])) {
    const from = `${root}node_modules/${name}/dist/pipelines/${file}`
    const to = `${root}public/vendor/itk/${file}`
    if ((await sizeOf(from)) !== (await sizeOf(to))) await copyFile(from, to)
  }
}
