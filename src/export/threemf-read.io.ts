import { PipelineError } from '../core/errors.ts'
import { pacer } from '../core/pace.ts'
import type { Context } from '../core/stage.ts'
import { crc32 } from '../import/crc32.ts'
import { inflateInto } from '../import/inflate.io.ts'
import { extract, packedBytes, type ZipEntry, zipDirectory } from '../import/zip.io.ts'
import { mismatch, type TakeCorners } from './file-parts.ts'
import {
  CONTENT_TYPES,
  CONTENT_TYPES_PART,
  MODEL_PART,
  RELATIONS,
  RELATIONS_PART,
  TRACE_PART,
} from './threemf-package.ts'
import { ModelReader, type ThreeMfSaid } from './threemf-read.ts'

export interface ThreeMfFile extends ThreeMfSaid {
  /** The text of the trace part. */
  readonly trace: string
}

interface Parts {
  readonly model: ZipEntry
  readonly trace: string
}

/** The entry of the model and the trace, once everything beside them is what it must be. */
async function partsOf(file: Blob, signal: AbortSignal): Promise<Parts> {
  const [types, relations, trace, model, ...others] = await zipDirectory(file)
  if (
    types?.name !== CONTENT_TYPES_PART ||
    relations?.name !== RELATIONS_PART ||
    trace?.name !== TRACE_PART ||
    model?.name !== MODEL_PART ||
    others.length > 0
  )
    throw mismatch('The 3MF file does not have exactly its four parts.')
  const textOf = async (entry: ZipEntry) => (await extract(file, entry, signal)).text()
  if ((await textOf(types)) !== CONTENT_TYPES || (await textOf(relations)) !== RELATIONS)
    throw mismatch('The 3MF file has content types or relations of its own.')
  return { model, trace: await textOf(trace) }
}

async function readModel(file: Blob, entry: ZipEntry, reader: ModelReader, ctx: Context): Promise<ThreeMfSaid> {
  const pace = pacer(ctx)
  let bytes = 0
  let crc = 0
  await inflateInto(await packedBytes(file, entry), 'deflate-raw', ctx.signal, async (chunk) => {
    bytes += chunk.length
    crc = crc32(chunk, crc)
    reader.push(chunk)
    await pace.breathe(bytes / entry.unpacked)
    return true
  })
  if (bytes !== entry.unpacked || crc !== entry.crc)
    throw mismatch('The model in the 3MF file is not what its directory says.', { bytes, stated: entry.unpacked })
  return reader.end()
}

/**
 * Reads back a 3MF of this project, strictly: exactly four parts with their checksums, and the model as ModelReader takes
 * it. Inflated by the platform, not by what deflated it: other code, and on a million triangles 0.35 s against 0.6 s. Throws
 * 'export/mismatch'. Memory: that of ModelReader, and a few pieces of the text.
 */
export async function readThreeMf(
  file: Blob,
  mostPoints: number,
  take: TakeCorners,
  ctx: Context,
): Promise<ThreeMfFile> {
  try {
    const { model, trace } = await partsOf(file, ctx.signal)
    return { ...(await readModel(file, model, new ModelReader(mostPoints, take), ctx)), trace }
  } catch (error) {
    if (error instanceof PipelineError && error.code !== 'export/mismatch')
      throw mismatch('The 3MF file is not a whole zip archive.', { reason: error.code })
    throw error
  }
}
