import type { ThreeMfFault } from '../../src/core/threemf-fault.ts'
import { SECURE_NAMESPACE } from '../../src/export/secure-content/names.ts'
import { type MadeEntry, madeZip } from '../support/zip-maker.ts'

// Hostile 3MF and zip files, made by code. Sections are those of the 3MF Core Specification 1.3 (Core), the Production
// Extension 1.1 (Production), ECMA-376 part 2 (OPC) and PKWARE's APPNOTE 6.3 (zip).

export const CORE = 'http://schemas.microsoft.com/3dmanufacturing/core/2015/02'
const PRODUCTION = 'http://schemas.microsoft.com/3dmanufacturing/production/2015/06'
const TYPES = `<?xml version="1.0" encoding="UTF-8"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="model" ContentType="application/vnd.ms-package.3dmanufacturing-3dmodel+xml"/></Types>`
const MODEL_TYPE = 'http://schemas.microsoft.com/3dmanufacturing/2013/01/3dmodel'
const relations = (more = '', target = '/3D/3dmodel.model') =>
  `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="a" Target="${target}" Type="${MODEL_TYPE}"/>${more}</Relationships>`

const VERTICES =
  '<vertices><vertex x="0" y="0" z="0"/><vertex x="10" y="0" z="0"/><vertex x="0" y="10" z="0"/><vertex x="0" y="0" z="10"/></vertices>'
const TRIANGLES =
  '<triangles><triangle v1="0" v2="2" v3="1"/><triangle v1="0" v2="1" v3="3"/><triangle v1="1" v2="2" v3="3"/><triangle v1="0" v2="3" v3="2"/></triangles>'
const MESH = `<mesh>${VERTICES}${TRIANGLES}</mesh>`
const OBJECT = `<object id="1">${MESH}</object>`
const BUILD = '<build><item objectid="1"/></build>'
const model = (resources = OBJECT, build = BUILD, attributes = 'unit="millimeter"', before = '') =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<model ${attributes} xmlns="${CORE}" xmlns:p="${PRODUCTION}">${before}<resources>${resources}</resources>${build}</model>`

const types: MadeEntry = { name: '[Content_Types].xml', data: TYPES }
const rels: MadeEntry = { name: '_rels/.rels', data: relations() }
const part = (data: string | Uint8Array): MadeEntry => ({ name: '3D/3dmodel.model', data })
const pack = (...entries: MadeEntry[]) => madeZip(entries)
const withModel = (data: string | Uint8Array) => pack(types, rels, part(data))
const withRels = (data: string, ...more: MadeEntry[]) => pack(types, { ...rels, data }, part(model()), ...more)
const withMore = (...more: MadeEntry[]) => pack(types, rels, part(model()), ...more)
/** The model entry with something that is not so. */
const lying = (lie: Partial<MadeEntry>) => pack(types, rels, { ...part(model()), ...lie })
const mesh = (edit: (text: string) => string) => withModel(model(`<object id="1">${edit(MESH)}</object>`))
const components = (id: number, ...ids: number[]) =>
  `<object id="${id}"><components>${ids.map((n) => `<component objectid="${n}"/>`).join('')}</components></object>`
const placed = (transform: string) =>
  withModel(model(OBJECT, `<build><item objectid="1" transform="${transform}"/></build>`))
const traced = (resources: string, build: string, unit = 'millimeter') =>
  withModel(
    model(
      resources,
      build,
      `unit="${unit}" xmlns:pp="urn:proofprint:3mf:1"`,
      '<metadata name="pp:TraceId">7K3MQ-2XA9B</metadata>',
    ),
  )
const bytes = (...values: number[]) => Uint8Array.from(values)
const named = OBJECT.replace('id="1"', 'id="1" name="femur-left-1-of-1"')

/** Each is lawful. */
export const LAWFUL: Readonly<Record<string, () => Uint8Array>> = {
  plain: () => withMore(),
  'with descriptors after its files': () =>
    pack(types, rels, { ...part(model()), descriptor: { more: 0, signed: true } }),
  'with descriptors without a mark': () => lying({ descriptor: { more: 0, signed: false } }),
  stored: () => lying({ stored: true }),
  'with comments, a byte order mark and other namespaces': () =>
    withModel(`\ufeff${model().replace('<resources>', '<!-- slicer --><x:y xmlns:x="urn:x" a="1"/><resources>')}`),
  'with an entity of XML itself': () =>
    withModel(model(OBJECT, BUILD, undefined, '<metadata name="Title">a &amp; b &#x41;</metadata>')),
  'with components': () => withModel(model(OBJECT + components(2, 1), '<build><item objectid="2"/></build>')),
  'with a model in a part of its own (Production 3.2)': () =>
    pack(
      types,
      rels,
      part(
        model(
          '<object id="2"><components><component objectid="1" p:path="/3D/a.model"/></components></object>',
          '<build><item objectid="2"/></build>',
        ),
      ),
      { name: '3D/a.model', data: model(OBJECT, '<build/>') },
      { name: '3D/_rels/3dmodel.model.rels', data: relations('', '/3D/a.model') },
    ),
  'with exponents and signs (Core B.1, ST_Number)': () => mesh((t) => t.replace('x="10"', 'x="+1.0E1"')),
  'of this project': () => traced(named, BUILD),
}

/** What is wrong, the fault by which it must be refused, and the file. */
export const HOSTILE: readonly (readonly [what: string, fault: ThreeMfFault, file: () => Uint8Array])[] = [
  // The archive
  ['no zip', 'not-zip', () => new TextEncoder().encode('solid cube '.repeat(10))],
  ['nothing', 'not-zip', () => new Uint8Array(0)],
  ['cut off', 'truncated', () => withMore().slice(0, -40)],
  ['a directory that points into nothing', 'damaged', () => madeZip([types], (v) => v.setUint32(16, 0xfffffff0, true))],
  ['more entries counted than there are', 'damaged', () => madeZip([types], (v) => v.setUint16(10, 9, true))],
  ['a locked file (zip 4.4.4, bit 0)', 'encrypted', () => lying({ flags: 1 })],
  ['zip64 sizes that lie (zip 4.5.3)', 'zip64', () => lying({ unpacked: 0xffffffff })],
  ['a zip64 directory that lies', 'zip64', () => madeZip([types, rels], (v) => v.setUint32(16, 0xffffffff, true))],
  ['an unusual compression', 'method', () => lying({ method: 14 })],
  [
    'two thousand and one entries',
    'too-many-entries',
    () => withMore(...Array.from({ length: 1998 }, (_, n) => ({ name: `Metadata/${n}.txt`, data: '' }))),
  ],
  ['entries of more than two gigabytes', 'too-large', () => lying({ unpacked: 0x9000_0000 })],
  [
    'a hundred megabytes of zeros in a hundred kilobytes',
    'ratio',
    () => withMore({ name: 'a.txt', data: new Uint8Array(1e8) }),
  ],
  ['a name that is not UTF-8', 'bad-name', () => withMore({ name: bytes(0x61, 0xff, 0xfe), data: 'x', flags: 0x800 })],
  ['a name of unknown encoding', 'bad-name', () => withMore({ name: bytes(0x61, 0xe9), data: 'x' })],
  ['a name with a null', 'bad-name', () => withMore({ name: 'a.txt\0.model', data: 'x', flags: 0x800 })],
  ['a name with a backslash', 'bad-name', () => withMore({ name: 'Metadata\\a.txt', data: 'x' })],
  ['a path out of the archive', 'traversal', () => withMore({ name: '../../etc/passwd', data: 'x' })],
  ['a path out by backslashes', 'traversal', () => withMore({ name: '3D\\..\\..\\a', data: 'x' })],
  ['an absolute path', 'absolute-path', () => withMore({ name: '/etc/passwd', data: 'x' })],
  ['a path of a drive', 'absolute-path', () => withMore({ name: 'C:/a.txt', data: 'x' })],
  ['two entries of one name', 'duplicate-entry', () => withMore(part(model(OBJECT.replace('10', '99'))))],
  [
    'two names of other case (OPC 6.2.2.3)',
    'duplicate-entry',
    () => withMore({ ...part('x'), name: '3d/3DMODEL.model' }),
  ],
  ['a symbolic link', 'link', () => withMore({ name: 'a', data: '/etc/passwd', mode: 0xa1ff })],
  ['another name before its bytes', 'local-header', () => lying({ local: { name: '3D/3dmodel.modem' } })],
  ['another length before its bytes', 'local-header', () => lying({ local: { unpacked: 7 } })],
  ['another method before its bytes', 'local-header', () => lying({ local: { method: 0 } })],
  ['a descriptor that lies (zip 4.3.9)', 'descriptor', () => lying({ descriptor: { more: 1, signed: true } })],
  ['two entries over the same bytes', 'overlap', () => withMore({ ...part('x'), name: 'a.txt', at: 0 })],
  ['bytes between entries', 'stray-bytes', () => lying({ before: bytes(1, 2, 3) })],
  ['bytes after the end', 'stray-bytes', () => Uint8Array.of(...withMore(), 1, 2, 3)],
  ['an archive inside, by its name', 'nested-archive', () => withMore({ name: 'a.zip', data: 'x' })],
  ['an archive inside, by its bytes', 'nested-archive', () => withMore({ name: 'a.png', data: withMore() })],
  ['a wrong checksum', 'checksum', () => lying({ crc: 0x12345678 })],
  ['more bytes than stated', 'size-lie', () => lying({ unpacked: 500 })],
  ['fewer bytes than stated', 'size-lie', () => lying({ unpacked: 50_000 })],
  ['a stored file of another length', 'size-lie', () => lying({ stored: true, unpacked: 2000 })],
  ['bytes that do not inflate', 'damaged', () => lying({ packed: bytes(0xff, 0xff, 0xff, 0xff, 0xff, 0xff) })],
  // The package
  ['no content types (OPC 6.2.3)', 'no-content-types', () => pack(rels, part(model()))],
  [
    'content types that say a thing twice',
    'content-types',
    () => pack({ ...types, data: TYPES.replace(/(<Default.*?\/>)/, '$1$1') }, rels, part(model())),
  ],
  [
    'a model of another type',
    'content-types',
    () => pack({ ...types, data: TYPES.replace('3dmanufacturing', '2dmanufacturing') }, rels, part(model())),
  ],
  ['no relation to a model (Core 2.1.1)', 'no-model', () => withRels(relations().replace(MODEL_TYPE, 'urn:x'))],
  ['no relations at all', 'no-model', () => pack(types, part(model()))],
  [
    'two models (Core 2.1.1)',
    'two-models',
    () =>
      withRels(relations(`<Relationship Id="b" Target="/3D/b.model" Type="${MODEL_TYPE}"/>`), {
        name: '3D/b.model',
        data: model(),
      }),
  ],
  [
    'a relation to outside (Core 2.1.1)',
    'external',
    () => withRels(relations('<Relationship Id="b" TargetMode="External" Target="x" Type="urn:x"/>')),
  ],
  [
    'a relation to an address',
    'external',
    () => withRels(relations('<Relationship Id="b" Target="https://example.org/a" Type="urn:x"/>')),
  ],
  [
    'a relation to a share',
    'external',
    () => withRels(relations('<Relationship Id="b" Target="//host/a" Type="urn:x"/>')),
  ],
  [
    'a relation out of the package',
    'traversal',
    () => withRels(relations('<Relationship Id="b" Target="/3D/../../a" Type="urn:x"/>')),
  ],
  [
    'two relations of one id',
    'duplicate-id',
    () => withRels(relations('<Relationship Id="a" Target="/_rels/.rels" Type="urn:x"/>')),
  ],
  [
    'a relation to nothing',
    'missing-part',
    () => withRels(relations('<Relationship Id="b" Target="/3D/none.png" Type="urn:x"/>')),
  ],
  [
    'relations without end',
    'too-long',
    () => pack(types, { ...rels, data: `${relations()}${' '.repeat(2 ** 20)}`, stored: true }, part(model())),
  ],
  // The text
  [
    'UTF-16 that says it is UTF-8',
    'not-utf8',
    () => withModel(new Uint8Array(Buffer.from(`\ufeff${model()}`, 'utf16le'))),
  ],
  [
    'bytes that are no UTF-8',
    'not-utf8',
    () => withModel(Buffer.from(model().replace('unit="millimeter"', 'unit="\xff"'), 'latin1')),
  ],
  ['another encoding (Core 2.3.1)', 'not-utf8', () => withModel(model().replace('UTF-8', 'ISO-8859-1'))],
  [
    'a document type (Core 2.3.3)',
    'doctype',
    () => withModel(model().replace('<model', '<!DOCTYPE model SYSTEM "http://example.org/x"><model')),
  ],
  [
    'entities that grow (billion laughs)',
    'doctype',
    () => withModel(model().replace('<model', '<!DOCTYPE m [<!ENTITY a "b"><!ENTITY c "&a;&a;&a;">]><model')),
  ],
  [
    'an entity of nobody',
    'entity',
    () => withModel(model(OBJECT, BUILD, undefined, '<metadata name="Title">&x;</metadata>')),
  ],
  ['a processing instruction', 'malformed', () => withModel(model().replace('<resources>', '<?php x ?><resources>'))],
  ['a tag that is not closed', 'malformed', () => withModel(model().replace('</mesh>', '</wires>'))],
  ['a cut text', 'malformed', () => withModel(model().slice(0, -20))],
  ['two roots', 'malformed', () => withModel(`${model()}<model/>`)],
  ['an attribute twice', 'malformed', () => mesh((t) => t.replace('x="0"', 'x="0" x="1"'))],
  ['a prefix of nothing', 'malformed', () => mesh((t) => t.replace('<mesh>', '<q:mesh/><mesh>'))],
  [
    'an attribute of a megabyte',
    'too-long',
    () => withModel(model(OBJECT, BUILD, `unit="millimeter" a="${randomText()}"`)),
  ],
  ['a comment without end', 'too-long', () => withModel(`${model().replace('<resources>', `<!--${randomText()}`)}`)],
  [
    'a text of a megabyte',
    'too-long',
    () => withModel(model(OBJECT, BUILD, undefined, `<metadata name="Title">${randomText()}</metadata>`)),
  ],
  [
    'a thousand levels',
    'too-deep',
    () => withModel(model(OBJECT, BUILD, undefined, `${'<x>'.repeat(1000)}${'</x>'.repeat(1000)}`)),
  ],
  // The model
  ['another root', 'not-model', () => withModel(`<html xmlns="${CORE}"/>`)],
  ['a model of no namespace', 'not-model', () => withModel(model().replace(`xmlns="${CORE}"`, ''))],
  ['a unit that does not exist (Core 3.4)', 'unit', () => withModel(model(OBJECT, BUILD, 'unit="parsec"'))],
  ['a unit by a name of the language', 'unit', () => withModel(model(OBJECT, BUILD, 'unit="constructor"'))],
  ['our trace id, and inches', 'unit-lie', () => traced(named, BUILD, 'inch')],
  [
    'an extension that is not known (Core 2.4)',
    'extension',
    () => withModel(model(OBJECT, BUILD, 'xmlns:z="urn:z" requiredextensions="z"')),
  ],
  [
    'a model that is sealed',
    'sealed',
    () => withModel(model(OBJECT, BUILD, `requiredextensions="s" xmlns:s="${SECURE_NAMESPACE}"`)),
  ],
  ['an extension without a namespace', 'extension', () => withModel(model(OBJECT, BUILD, 'requiredextensions="nope"'))],
  [
    'metadata of no namespace (Core 4.1.1)',
    'metadata',
    () => withModel(model(OBJECT, BUILD, undefined, '<metadata name="PatientName">x</metadata>')),
  ],
  [
    'metadata twice (Core 4.1.1)',
    'metadata',
    () =>
      withModel(
        model(OBJECT, BUILD, undefined, '<metadata name="Title">a</metadata><metadata name="Title">b</metadata>'),
      ),
  ],
  [
    'an object of number nought (Core 3.5, ST_ResourceID)',
    'bad-id',
    () => withModel(model(OBJECT.replace('id="1"', 'id="0"'))),
  ],
  ['a number past 2^31', 'bad-id', () => withModel(model(OBJECT.replace('id="1"', 'id="2147483648"')))],
  ['two objects of one number (Core 3.5)', 'duplicate-id', () => withModel(model(OBJECT + OBJECT))],
  ['colours and an object of one number', 'duplicate-id', () => withModel(model(`<basematerials id="1"/>${OBJECT}`))],
  [
    'a type that does not exist',
    'object-type',
    () => withModel(model(OBJECT.replace('id="1"', 'id="1" type="ghost"'))),
  ],
  ['an object without mesh (Core 4.1)', 'empty-object', () => withModel(model('<object id="1"/>'))],
  ['a mesh without triangles', 'empty-object', () => mesh((t) => t.replace(TRIANGLES, '<triangles/>'))],
  [
    'a mesh and components at once',
    'empty-object',
    () =>
      withModel(model(`${OBJECT}<object id="2">${MESH}<components><component objectid="1"/></components></object>`)),
  ],
  ['NaN', 'number', () => mesh((t) => t.replace('x="10"', 'x="NaN"'))],
  ['infinity', 'number', () => mesh((t) => t.replace('x="10"', 'x="INF"'))],
  ['a number past all sizes', 'number', () => mesh((t) => t.replace('x="10"', 'x="1e999"'))],
  ['a hexadecimal number', 'number', () => mesh((t) => t.replace('x="10"', 'x="0x10"'))],
  ['a missing coordinate', 'number', () => mesh((t) => t.replace('x="10" ', ''))],
  ['an index past the points (Core 4.1.5)', 'index', () => mesh((t) => t.replace('v1="1"', 'v1="4"'))],
  ['a negative index', 'index', () => mesh((t) => t.replace('v1="1"', 'v1="-1"'))],
  ['a point twice in a triangle (Core 4.1.5)', 'repeated-index', () => mesh((t) => t.replace('v1="1"', 'v1="2"'))],
  ['an item of nothing', 'reference', () => withModel(model(OBJECT, '<build><item objectid="7"/></build>'))],
  ['a component that comes later (Core 4.2)', 'reference', () => withModel(model(components(2, 1) + OBJECT, BUILD))],
  ['an object that contains itself', 'cycle', () => withModel(model(OBJECT + components(2, 2), BUILD))],
  [
    'two objects that contain each other',
    'cycle',
    () => withModel(model(OBJECT + components(2, 3) + components(3, 2), BUILD)),
  ],
  [
    'objects twenty deep',
    'too-deep',
    () => withModel(model(OBJECT + Array.from({ length: 20 }, (_, n) => components(n + 2, n + 1)).join(''), BUILD)),
  ],
  [
    'objects that double and double again',
    'too-many-triangles',
    () =>
      withModel(
        model(
          OBJECT + Array.from({ length: 14 }, (_, n) => components(n + 2, ...Array(8).fill(n + 1))).join(''),
          BUILD,
        ),
      ),
  ],
  ['a transform of eleven numbers', 'transform', () => placed('1 0 0 0 1 0 0 0 1 0 0')],
  ['a transform that is not a number', 'transform', () => placed('1 0 0 0 1 0 0 0 1 0 0 NaN')],
  ['a transform that flattens', 'singular-transform', () => placed('1 0 0 0 1 0 0 0 0 0 0 0')],
  ['a transform that mirrors', 'negative-determinant', () => placed('-1 0 0 0 1 0 0 0 1 0 0 0')],
  ['an empty plate', 'nothing-built', () => withModel(model(OBJECT, '<build/>'))],
  [
    'a hidden second item',
    'hidden-item',
    () =>
      traced(
        named + OBJECT.replace('id="1"', 'id="2" name="femur-left-2-of-2"'),
        '<build><item objectid="1"/><item objectid="2"/></build>',
      ),
  ],
  [
    'the same item twice',
    'hidden-item',
    () => traced(named, '<build><item objectid="1"/><item objectid="1" transform="1 0 0 0 1 0 0 0 1 1 0 0"/></build>'),
  ],
  [
    'a path to a part that no relation names',
    'reference',
    () =>
      pack(
        types,
        rels,
        part(
          model(
            '<object id="2"><components><component objectid="1" p:path="/3D/a.model"/></components></object>',
            '<build><item objectid="2"/></build>',
          ),
        ),
        { name: '3D/a.model', data: model(OBJECT, '<build/>') },
      ),
  ],
  [
    'a path that goes on from a part (Production 3.2)',
    'path-in-part',
    () =>
      pack(
        types,
        rels,
        part(model(OBJECT, '<build><item objectid="2" p:path="/3D/a.model"/></build>')),
        {
          name: '3D/a.model',
          data: model(
            `<object id="2"><components><component objectid="1" p:path="/3D/3dmodel.model"/></components></object>`,
            '<build/>',
          ),
        },
        { name: '3D/_rels/3dmodel.model.rels', data: relations('', '/3D/a.model') },
      ),
  ],
]

/** A megabyte that does not deflate to less than a hundredth: that would be refused before it is read. */
function randomText(): string {
  let seed = 7
  return Array.from({ length: 2 ** 20 }, () => {
    seed = (seed * 1103515245 + 12345) % 2 ** 31
    return String.fromCharCode(97 + ((seed >> 16) % 26))
  }).join('')
}
