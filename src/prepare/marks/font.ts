import { type Font, parse } from 'opentype.js'
import { PipelineError } from '../../core/errors.ts'

/**
 * The font in the bytes of a TTF, OTF or WOFF file.
 * @throws prepare/failed when the file is not such a font.
 */
export function fontOf(bytes: ArrayBuffer): Font {
  try {
    return parse(bytes)
  } catch (cause) {
    throw new PipelineError(
      'prepare/failed',
      'The font of the program could not be read. Reload the page.',
      {},
      { cause },
    )
  }
}
