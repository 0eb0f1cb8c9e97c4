import { decompress } from 'fzstd'
/** Stands in for @thewtex/zstddec, which itk-wasm uses and which needs connect-src data:. */
export class ZSTDDecoder {
  async init(): Promise<void> {}
  /** slice(): the caller takes .buffer, so the array must own its buffer exactly. */
  decode(data: Uint8Array): Uint8Array {
    return decompress(data).slice()
  }
}
