import type { SessionView } from '../../app/session-view.ts'
import { WorkerHost } from '../../app/workers.ts'
import type { Mesh, Vec3 } from '../../core/types.ts'
import { thicknessColours } from '../viewer/colours.ts'
import type { PartPictures } from '../viewer/picture.ts'
import type { PictureApi } from '../viewer/picture.worker.ts'

const WIDTH_PX = 224
const HEIGHT_PX = 160

/** What pictures are drawn from. */
interface Scene {
  readonly mesh: Mesh
  readonly thicknessMm: Float32Array | null
  readonly roomMm: Vec3
}

/** Pictures of the part at hand as addresses, drawn away from the page and again when the part changes. Call within a component. */
export class PartThumbs {
  shown = $state.raw<Readonly<Partial<Record<keyof PartPictures, string>>>>({})
  #drawn: Scene | null = null

  constructor(session: () => SessionView) {
    $effect(() => {
      const { mesh, check, print } = session()
      const scene = mesh && { mesh, thicknessMm: check?.thicknessMm ?? null, roomMm: print.profile.buildMm }
      if (sameScene(scene, this.#drawn)) return
      this.#drawn = scene
      this.#clear()
      // Without a 3-D view here the rows stand without a picture.
      if (scene) this.#draw(scene).catch(() => {})
    })
    $effect(() => () => this.#clear())
  }

  async #draw(scene: Scene): Promise<void> {
    const { mesh, thicknessMm, roomMm } = scene
    const host = new WorkerHost<PictureApi>(
      () => new Worker(new URL('../viewer/picture.worker.ts', import.meta.url), { type: 'module', name: 'picture' }),
    )
    try {
      const colours = thicknessMm && thicknessColours(thicknessMm)
      const made = await host.call((api) => api.renderPart(mesh, colours, roomMm, WIDTH_PX, HEIGHT_PX))
      if (this.#drawn !== scene) return
      const addresses = Object.entries(made).flatMap(([name, blob]) =>
        blob ? [[name, URL.createObjectURL(blob)]] : [],
      )
      this.shown = Object.fromEntries(addresses)
    } finally {
      host.terminate()
    }
  }

  #clear(): void {
    for (const address of Object.values(this.shown)) URL.revokeObjectURL(address)
    this.shown = {}
  }
}

const sameScene = (a: Scene | null, b: Scene | null): boolean =>
  a?.mesh === b?.mesh && a?.thicknessMm === b?.thicknessMm && a?.roomMm.join() === b?.roomMm.join()
