import type { FileNotes } from './file-notes.ts'
import { partText } from './part-name.ts'

// 3MF Core Specification 1.3 and Production Extension 1.1. Part names and relationship types are fixed by them and by OPC
// (ECMA-376 part 2).
export const CONTENT_TYPES_PART = '[Content_Types].xml'
export const RELATIONS_PART = '_rels/.rels'
export const MODEL_PART = '3D/3dmodel.model'
/** Where the line that made the part is told. Editors keep it by its MustPreserve relationship (Core 2.1). */
export const TRACE_PART = 'Metadata/proofprint-trace.json'
export const CORE_NAMESPACE = 'http://schemas.microsoft.com/3dmanufacturing/core/2015/02'
export const PRODUCTION_NAMESPACE = 'http://schemas.microsoft.com/3dmanufacturing/production/2015/06'
export const OWN_NAMESPACE = 'urn:proofprint:3mf:1'
/** Every metadata name a file may carry, with nothing that could name a person. */
export const ALLOWED_METADATA: readonly string[] = ['Application', 'pp:TraceId']

export const DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'
export const CONTENT_TYPES = `${DECLARATION}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Default Extension="model" ContentType="application/vnd.ms-package.3dmanufacturing-3dmodel+xml"/>
<Default Extension="json" ContentType="application/json"/>
</Types>
`
export const MODEL_RELATION = 'http://schemas.microsoft.com/3dmanufacturing/2013/01/3dmodel'
export const RELATIONS = `${DECLARATION}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
<Relationship Id="rel0" Target="/${MODEL_PART}" Type="${MODEL_RELATION}"/>
<Relationship Id="rel1" Target="/${TRACE_PART}" Type="urn:proofprint:relationships:trace:1"/>
<Relationship Id="rel2" Target="/${TRACE_PART}" Type="http://schemas.openxmlformats.org/package/2006/relationships/mustpreserve"/>
</Relationships>
`

/** Resource ids are one series (Core 3.4): the colours first, then the bodies. */
export const COLOURS_ID = 1
export const objectId = (part: number): number => part + 2

/** The model's text up to its first body. */
export function opening({ traceId, parts }: FileNotes): string {
  const colours = parts.map(({ name, colour }) => `<base name="${partText(name)}" displaycolor="${colour}"/>\n`)
  return `${DECLARATION}<model unit="millimeter" xml:lang="en-US" xmlns="${CORE_NAMESPACE}" xmlns:p="${PRODUCTION_NAMESPACE}" xmlns:pp="${OWN_NAMESPACE}">
<metadata name="Application" preserve="1">Proofprint</metadata>
<metadata name="pp:TraceId" preserve="1">${traceId}</metadata>
<resources>
<basematerials id="${COLOURS_ID}">
${colours.join('')}</basematerials>
`
}

/** What opens body number `part`. */
export function objectOpening({ parts, ids }: FileNotes, part: number): string {
  const label = parts[part]
  const name = label ? partText(label.name) : ''
  return `<object id="${objectId(part)}" type="model" name="${name}" pid="${COLOURS_ID}" pindex="${part}" p:UUID="${ids.objects[part]}">
<mesh>
<vertices>
`
}

export const BETWEEN = '</vertices>\n<triangles>\n'
export const OBJECT_END = '</triangles>\n</mesh>\n</object>\n'

/** From the last body on. Bodies are placed by one transform: they stay where they are to each other. */
export function closing({ parts, ids }: FileNotes, transform: string): string {
  const items = parts.map(
    (_, n) => `<item objectid="${objectId(n)}" transform="${transform}" p:UUID="${ids.items[n]}"/>\n`,
  )
  return `</resources>\n<build p:UUID="${ids.build}">\n${items.join('')}</build>\n</model>\n`
}
