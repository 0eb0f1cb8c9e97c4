import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { LabelMap, Volume } from '../../src/core/types.ts'
import { biasField } from '../../src/evidence/corruptions/bias-field.ts'
import { blur } from '../../src/evidence/corruptions/blur.ts'
import { noise } from '../../src/evidence/corruptions/noise.ts'

/** How a head map is painted: a fixed mean for each tissue. */
export type Contrast = 't1' | 't2' | 'flair'

/** One kind of tissue of the head maps: the numbers it has there, and the channel of the network that is the truth. */
interface Tissue {
  readonly numbers: readonly number[]
  readonly channel: number
}

/** Stored value of a mean of 1. */
const FULL = 1000

/** The tables of the training: read and not copied, so that both always mean the same. */
const training = (file: string): string => readFileSync(resolve('training', file), 'utf8')

function tissues(): readonly Tissue[] {
  const text = training('labels.py')
  const channels = (/^([A-Z, ]+) = range\(/m.exec(text)?.[1] ?? '').split(', ')
  return [...text.matchAll(/^ {4}\("[^"]+", \(([\d, ]+)\), ([A-Z]+)\),$/gm)].map(([, numbers = '', channel = '']) => ({
    numbers: numbers.split(',').flatMap((one) => (one.trim() === '' ? [] : Number(one))),
    channel: channels.indexOf(channel),
  }))
}

function means(contrast: Contrast): readonly number[] {
  const line = new RegExp(`^ {4}"${contrast}": \\[([\\d., ]+)\\]`, 'm').exec(training('generator.py'))
  return (line?.[1] ?? '').split(',').map(Number)
}

/** By number of the map, what `of` says of its tissue; numbers that no tissue has are air's. */
function tableOf(of: (tissue: Tissue, index: number) => number): Int16Array {
  const list = tissues()
  if (list.length === 0) throw new Error('the tables of the training were not found')
  const table = new Int16Array(1024)
  list.forEach((tissue, index) => {
    for (const number of tissue.numbers) table[number] = of(tissue, index)
  })
  return table
}

const mapped = (map: Volume, table: Int16Array) => map.data.map((number) => table[number] as number)

/** The channel of every voxel of a head map. */
export function truthOf(map: Volume): LabelMap {
  const table = tableOf(({ channel }) => channel)
  return { grid: map.grid, labels: Uint8Array.from(mapped(map, table)) }
}

/**
 * An MR scan of a head map on its own grid: the mean of each tissue, a blur of 0.4 mm, a mild field of the coil (cubic, coefficients
 * up to 0.2) and Rician noise of 4 % of the range. Same map, contrast and seed: same bytes. It shares means with the training and
 * nothing else: no texture, no fat in patches, nothing bent.
 */
export async function paintHead(map: Volume, contrast: Contrast, seed: number): Promise<Volume> {
  const mean = means(contrast)
  const table = tableOf((_, index) => Math.round(FULL * (mean[index] ?? Number.NaN)))
  const clean: Volume = { ...map, data: mapped(map, table), slope: 1, intercept: 0, modality: 'MR', unit: 'a.u.' }
  return noise(await biasField(await blur(clean, 1, seed), 1, seed), 1, seed)
}
