import type { PartIds } from '../file-notes.ts'
import {
  CORE_NAMESPACE,
  DECLARATION,
  MODEL_PART,
  MODEL_RELATION,
  objectId,
  PRODUCTION_NAMESPACE,
} from '../threemf-package.ts'

// 3MF Secure Content Extension 1.0.3 (3MF Consortium): the keystore (chapter 2), relations and content types (chapter 3,
// appendix C). What a component in another part is, says the Production Extension 1.2 (3.1.2).
export const SECURE_NAMESPACE = 'http://schemas.microsoft.com/3dmanufacturing/securecontent/2019/04'
export const ENCRYPTION_NAMESPACE = 'http://www.w3.org/2001/04/xmlenc#'
export const KEYSTORE_RELATION = 'http://schemas.microsoft.com/3dmanufacturing/2019/04/keystore'
export const ENCRYPTED_RELATION = 'http://schemas.openxmlformats.org/package/2006/relationships/encryptedfile'
export const AES_256_GCM = 'http://www.w3.org/2009/xmlenc11#aes256-gcm'

export const KEYSTORE_PART = 'Secure/keystore.xml'
export const MODEL_RELATIONS_PART = '3D/_rels/3dmodel.model.rels'
/** The model itself, encrypted. */
export const SEALED_PART = '3D/sealed.model'

export const SEALED_CONTENT_TYPES = `${DECLARATION}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Default Extension="model" ContentType="application/vnd.ms-package.3dmanufacturing-3dmodel+xml"/>
<Override PartName="/${KEYSTORE_PART}" ContentType="application/vnd.ms-package.3dmanufacturing-keystore+xml"/>
</Types>
`
const relations = (...all: readonly (readonly [target: string, type: string])[]) =>
  `${DECLARATION}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
${all.map(([target, type], n) => `<Relationship Id="rel${n}" Target="/${target}" Type="${type}"/>\n`).join('')}</Relationships>
`
const MUST_PRESERVE = 'http://schemas.openxmlformats.org/package/2006/relationships/mustpreserve'
export const SEALED_RELATIONS = relations(
  [MODEL_PART, MODEL_RELATION],
  [KEYSTORE_PART, KEYSTORE_RELATION],
  [KEYSTORE_PART, MUST_PRESERVE],
)
export const MODEL_RELATIONS = relations([SEALED_PART, MODEL_RELATION], [SEALED_PART, ENCRYPTED_RELATION])

/** UUIDs of one sealed file: random, so that they tell nothing of what is sealed. */
export interface SealedIds {
  readonly keystore: string
  readonly key: string
  readonly object: string
  readonly component: string
  readonly build: string
  readonly item: string
  readonly assembly: string
}

/** More than any body of a file has as its number: how many there are is not seen from outside. */
export const ASSEMBLY_ID = 1000

/** What everybody can read: one object, which is the assembly in the sealed part. */
export const rootModel = ({ object, component, build, item }: SealedIds): string =>
  `${DECLARATION}<model unit="millimeter" xml:lang="en-US" xmlns="${CORE_NAMESPACE}" xmlns:p="${PRODUCTION_NAMESPACE}" xmlns:s="${SECURE_NAMESPACE}" requiredextensions="p s">
<metadata name="Application">Proofprint</metadata>
<resources>
<object id="1" type="model" p:UUID="${object}">
<components>
<component p:path="/${SEALED_PART}" objectid="${ASSEMBLY_ID}" p:UUID="${component}"/>
</components>
</object>
</resources>
<build p:UUID="${build}">
<item objectid="1" p:UUID="${item}"/>
</build>
</model>
`

/** What follows the last body in the sealed part: all of them, placed. Only the root model builds (Production 2). */
export function sealedClosing({ items }: PartIds, transform: string, { assembly }: SealedIds): string {
  const components = items.map(
    (item, n) => `<component objectid="${objectId(n)}" transform="${transform}" p:UUID="${item}"/>\n`,
  )
  return `<object id="${ASSEMBLY_ID}" type="model" p:UUID="${assembly}">
<components>
${components.join('')}</components>
</object>
</resources>
<build/>
</model>
`
}
