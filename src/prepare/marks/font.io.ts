import fontUrl from '@fontsource/atkinson-hyperlegible/files/atkinson-hyperlegible-latin-700-normal.woff?url'
import { PipelineError } from '../../core/errors.ts'

/**
 * Bytes of the typeface on parts, from this origin: Atkinson Hyperlegible Bold (Braille Institute, OFL), drawn so that letters
 * that are mistaken for each other, such as I, l and 1 or 0 and O, differ.
 * @throws prepare/failed when the file does not arrive.
 */
export async function loadMarkFont(): Promise<ArrayBuffer> {
  const response = await fetch(fontUrl)
  if (response.ok) return response.arrayBuffer()
  throw new PipelineError(
    'prepare/failed',
    'The font of the program did not arrive. Check the connection, then reload.',
    {
      status: response.status,
    },
  )
}
