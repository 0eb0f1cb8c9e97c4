import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type DicomOptions, element, sequence, str } from './scan-files.ts'

/** What may be found nowhere once a scan is read. UIDs cannot hold letters, so theirs is a number no UID has. */
export const CANARY = /CANARY|1\.2\.99999/

const TABLE = fileURLToPath(new URL('../../../shared/vectors/dicom_ps3.15_table_e1-1.tsv', import.meta.url))

/** Tags that name a person, place, date or device, for when the table of the standard is not here. */
const FEW = ['0008,0020', '0008,0050', '0008,0080', '0008,0090', '0008,1030', '0010,0010', '0010,0020', '0010,0030']
  .concat(['0010,4000', '0018,1000', '0020,000D', '0020,000E', '0020,4000', '0028,4000', '0040,A730', '4000,4000'])
  .map((tag) => ({ tag, isUid: tag.startsWith('0020,000') }))

/** Every attribute of PS3.15 table E.1-1 (2024b), or a few when the table is not here. */
export const ATTRIBUTES: readonly { tag: string; isUid: boolean }[] = existsSync(TABLE)
  ? readFileSync(TABLE, 'utf8')
      .split('\n')
      .map((line) => line.split('\t'))
      .flatMap(([action, tag]) =>
        tag && /^[0-9A-F]{4},[0-9A-F]{4}$/i.test(tag) ? [{ tag, isUid: action === 'U' }] : [],
      )
  : FEW
if (ATTRIBUTES === FEW) console.info('The table of PS3.15 is absent: only a few attributes are tried')

/** Options of a slice that holds a canary in every attribute, in a private group, in a sequence and in the preamble. */
export function canaryOptions(): Pick<DicomOptions, 'also' | 'meta' | 'preamble' | 'seriesUid'> {
  const also: Record<string, Uint8Array> = {}
  const meta: Uint8Array[] = []
  for (const { tag, isUid } of ATTRIBUTES) {
    const [group = 0, number = 0] = tag.split(',').map((half) => Number.parseInt(half, 16))
    const word = `CANARY-${group.toString(16)}-${number.toString(16)}`
    const made = isUid ? str(group, number, 'UI', `1.2.99999.${group}.${number}`) : str(group, number, 'LO', word)
    if (group === 2) meta.push(made)
    else also[tag.toLowerCase()] = made
  }
  also['0009,0010'] = str(0x0009, 0x0010, 'LO', 'CANARY PRIVATE')
  also['0009,1001'] = element(
    0x0009,
    0x1001,
    'UN',
    Uint8Array.from('CANARY BYTES', (c) => c.charCodeAt(0)),
  )
  also['0008,1140'] = sequence(0x0008, 0x1140, [
    [str(0x0008, 0x1155, 'UI', '1.2.99999.1'), str(0x0010, 0x0010, 'PN', 'CANARY^IN^SEQUENCE')],
  ])
  return {
    also,
    meta,
    preamble: Uint8Array.from('CANARY IN THE PREAMBLE', (c) => c.charCodeAt(0)),
    seriesUid: '1.2.99999.32.14',
  }
}
