import fc from 'fast-check'
import { expect } from 'vitest'
import { currentState } from '../../../src/app/case-state.ts'
import { decodeCheck, encodeCheck } from '../../../src/app/check-codec.ts'
import { alongOf } from '../../../src/app/hand-in.ts'
import { listedModels } from '../../../src/app/listed-models.ts'
import { NO_TEMPLATES, readTemplates, withSaved } from '../../../src/app/own-templates.ts'
import { unpackedHistory } from '../../../src/app/part-history.ts'
import {
  NO_PRINTS,
  type Prints,
  readPrints,
  withEffort,
  withHandedOver,
  withPrint,
  withProfile,
} from '../../../src/app/print-records.ts'
import { saidOf } from '../../../src/app/said.ts'
import { TEMPLATES } from '../../../src/app/shipped-templates.ts'
import { isTemplate, type Template, withOverrides } from '../../../src/app/templates.ts'
import { isPaired } from '../../../src/core/anatomy.ts'
import { collected, concatBytes, utf8 } from '../../../src/core/bytes.ts'
import { type JsonValue, parsedJson } from '../../../src/core/json.ts'
import { IDLE_CONTEXT } from '../../../src/core/stage.ts'
import { readCsv } from '../../../src/evidence/csv.ts'
import { datasetOf } from '../../../src/evidence/dataset.ts'
import { groupsOfTable, readGroupTable } from '../../../src/evidence/group-table.ts'
import { noEvidence, packEvidence, unpackEvidence } from '../../../src/evidence/model-evidence.ts'
import { PLAIN_MODEL } from '../../../src/export/dicom-model.ts'
import { readDicom } from '../../../src/export/dicom-read.ts'
import { countBytes, dicomFrame, writeDicom } from '../../../src/export/dicom-write.ts'
import type { MeshFile } from '../../../src/export/mesh-file.ts'
import { writeObj } from '../../../src/export/obj.ts'
import { readObj } from '../../../src/export/obj-read.ts'
import { writePly } from '../../../src/export/ply.ts'
import { readPly } from '../../../src/export/ply-read.ts'
import { writeStl } from '../../../src/export/stl.ts'
import { readStl } from '../../../src/export/stl-read.ts'
import { CONTENT_TYPES, RELATIONS } from '../../../src/export/threemf-package.ts'
import { readThreeMf } from '../../../src/export/threemf-read.io.ts'
import { ModelReader } from '../../../src/export/threemf-read.ts'
import { ModelHandler } from '../../../src/export/verify/model-handler.ts'
import { ContentTypes, Relations } from '../../../src/export/verify/opc.ts'
import { readAnyPart } from '../../../src/export/verify/read-any.io.ts'
import { readAnyStl } from '../../../src/export/verify/stl-any.ts'
import { transformOf } from '../../../src/export/verify/transform.ts'
import { type XmlHandler, XmlReader } from '../../../src/export/verify/xml-reader.ts'
import { parseCardFile } from '../../../src/infer/parse-card.ts'
import { readKnownAnswer } from '../../../src/infer/self-test.ts'
import { sniffOnnx } from '../../../src/infer/sniff-onnx.ts'
import { brokenRules, figuresOf } from '../../../src/print/acceptance.ts'
import { isMinutes, isSeconds, minutesOf, NO_EFFORT, NO_SECONDS } from '../../../src/print/effort.ts'
import { estimate } from '../../../src/print/estimate.ts'
import { isProfile, type PrinterProfile } from '../../../src/print/profiles.ts'
import { anatomyNamed } from '../../../src/segment/anatomy-name.ts'
import { readBundle } from '../../../src/trace/bundle-read.ts'
import { checkpointText, parseCheckpoint } from '../../../src/trace/checkpoint.ts'
import { openEnvelope, sealStatement } from '../../../src/trace/dsse.ts'
import { noteText, parseNote } from '../../../src/trace/note.ts'
import { parseRelease, refusalOf } from '../../../src/trace/release.ts'
import { readReleaseTerms, teachingRelease } from '../../../src/trace/release-terms.ts'
import { isReplayResult, replayStatement } from '../../../src/trace/replay-result.ts'
import { type Maker, PAYLOAD_TYPE } from '../../../src/trace/statement.ts'
import { AUDIT_START, logOf, openLines } from '../../../src/vault/audit-lines.ts'
import { importSealKey, open, seal } from '../../../src/vault/chunked.ts'
import {
  decodeMask,
  decodeMesh,
  decodeVolume,
  encodeMask,
  encodeMesh,
  encodeVolume,
  strideOf,
} from '../../../src/vault/codec.ts'
import { pack, unpack } from '../../../src/vault/compress.ts'
import { contextOf, deriveKey } from '../../../src/vault/keys.ts'
import { openManifest, sealManifest } from '../../../src/vault/manifest.ts'
import { listModels } from '../../../src/vault/models.ts'
import { readSetting } from '../../../src/vault/settings.ts'
import { handedOverIn, requireKnownReceipts } from '../../../src/vault/take-receipt.ts'
import { masterKeys } from '../../../src/vault/vault-keys.ts'
import { staff, wholeCase } from '../../support/evidence-case.ts'
import { fileOf, joined, notesFor, threeMfOf } from '../../support/file-parts.ts'
import { passingFindings, releasedForTest } from '../../support/findings.ts'
import { knownAnswerBytes } from '../../support/known-answer.ts'
import { SAMPLE_PASSPORT } from '../../support/passport.ts'
import { gridOf, randomVolume } from '../../support/phantoms.ts'
import { plainCard } from '../../support/plain-card.ts'
import { handedOver, OWN_PROFILE, printRecord } from '../../support/print-record.ts'
import { threeMfText } from '../../support/read-files.ts'
import { REPLAY_RESULT } from '../../support/replay-result.ts'
import { tinyOnnx } from '../../support/tiny-onnx.ts'
import { type Fuzzers, fuzzer, mutated, mutatedJson, raw } from './fuzzer.ts'
import { HANDOVER_FUZZERS } from './handover-fuzzers.ts'
import { PEOPLE_FUZZERS } from './people-fuzzers.ts'
import { SEALED_FUZZERS } from './sealed-fuzzers.ts'

type Bytes = Uint8Array<ArrayBuffer>

const ignore = () => {}
const mesh = {
  positions: Float32Array.of(0, 0, 0, 10, 0, 0, 0, 10, 0, 0, 0, 10),
  indices: Uint32Array.of(0, 2, 1, 0, 1, 3, 1, 2, 3, 0, 3, 2),
}
const own = (bytes: Uint8Array): Bytes => new Uint8Array(bytes)

const stl = own(joined(writeStl(releasedForTest(mesh))))
const threeMf = await threeMfOf(mesh)
const notes = await notesFor([mesh])
const obj = own(joined(writeObj([releasedForTest(mesh)], notes)))
const values = { name: 'confidence' as const, values: new Float32Array(4) }
const ply = own(joined(writePly(releasedForTest(mesh), notes, values)))
const asciiPly = utf8(
  'ply\nformat ascii 1.0\nelement vertex 3\nproperty float x\nproperty float y\nproperty float z\nelement face 1\nproperty list uchar int vertex_index\nend_header\n0 0 0\n1 0 0\n0 1 0\n3 0 1 2\n',
)
const around = await dicomFrame('obj', countBytes(writeObj([releasedForTest(mesh)], notes)), PLAIN_MODEL, notes)
const dicom = own(joined(writeDicom(around, writeObj([releasedForTest(mesh)], notes))))
/** What is read may be drawn: every corner is a point, every point a place. */
const isMesh = ({ mesh: { positions, indices } }: MeshFile) =>
  expect(indices.every((n) => n < positions.length / 3) && positions.every(Number.isFinite)).toBe(true)
const readsObj = [
  fuzzer(mutated(obj), (bytes) => readObj(fileOf(bytes), IDLE_CONTEXT), 800, isMesh),
  fuzzer(raw(utf8('v 0 0 0\nf 1 1 1\n')), (bytes) => readObj(fileOf(bytes), IDLE_CONTEXT), 200, isMesh),
]
const readsPly = [
  fuzzer(mutated(ply), (bytes) => readPly(fileOf(bytes), IDLE_CONTEXT), 800, isMesh),
  fuzzer(mutated(asciiPly), (bytes) => readPly(fileOf(bytes), IDLE_CONTEXT), 500, isMesh),
  fuzzer(raw(ply.slice(0, 120)), (bytes) => readPly(fileOf(bytes), IDLE_CONTEXT), 200, isMesh),
]
const asciiStl = utf8(
  'solid a\nfacet normal 0 0 1\nouter loop\nvertex 0 0 0\nvertex 1 0 0\nvertex 0 1 0\nendloop\nendfacet\nendsolid a\n',
)
const readsStl = [mutated(stl), mutated(asciiStl), raw(utf8('solid a\n'))].map((bytes) =>
  fuzzer(bytes, (given) => readAnyStl(fileOf(given), IDLE_CONTEXT), 400, isMesh),
)
const readsZip = [
  fuzzer(mutated(threeMf), (bytes) => readAnyPart(fileOf(bytes), 'a.3mf', IDLE_CONTEXT), 200, isMesh),
  fuzzer(raw(threeMf.slice(0, 40)), (bytes) => readAnyPart(fileOf(bytes), 'a.3mf', IDLE_CONTEXT), 60, isMesh),
]
/** A text of a package, cut in pieces as it comes. */
const readXml = (handler: () => XmlHandler) => (text: Bytes) => {
  const xml = new XmlReader(handler())
  for (let at = 0; at < text.length; at += 97) xml.push(text.subarray(at, at + 97))
  xml.end()
}
const readsXml = (good: Bytes, handler: () => XmlHandler) => [
  fuzzer(mutated(good), readXml(handler), 800),
  fuzzer(raw(good.slice(0, 200)), readXml(handler), 200),
]
const packageText = utf8(CONTENT_TYPES)
const relationsText = utf8(RELATIONS)
const modelText = utf8(threeMfText(threeMf))
const readModel = (text: Bytes) => {
  const reader = new ModelReader(4, ignore)
  for (let at = 0; at < text.length; at += 300) reader.push(text.subarray(at, at + 300))
  return reader.end()
}
const model = [fuzzer(mutated(modelText), readModel, 1500), fuzzer(raw(modelText.slice(0, 300)), readModel, 300)]

const key = await importSealKey(new Uint8Array(32).fill(7))
const CASE = 'case'
const place = contextOf({ asset: 'a', case: CASE, epoch: 0, revision: 1, type: 'mask' })
const sealed = await seal(key, place, new Uint8Array(20_000))
const packed = own(
  await collected(
    pack(
      new Uint8Array(3000).map((_, n) => n >> 4),
      2,
    ),
  ),
)

const grid = gridOf([4, 3, 2])
const volume = encodeVolume(randomVolume(grid, 1))
const mask = encodeMask({ grid, words: new Uint32Array(6).fill(5) })
const shape = encodeMesh(mesh)
const DECODERS = [
  [volume, decodeVolume],
  [mask, decodeMask],
  [shape, decodeMesh],
] as const
const described = DECODERS.flatMap(([{ meta, parts }, decode]) => {
  const bytes = concatBytes(...parts)
  return [
    fuzzer(mutatedJson(meta), (other) => decode(other as JsonValue, bytes), 600),
    fuzzer(raw(), (other) => decode(meta, other), 60),
    fuzzer(fc.jsonValue(), (other) => [strideOf(other as JsonValue), decode(other as JsonValue, bytes)], 100),
  ]
})

const MANIFEST = {
  format: 'proofprint-case/2' as const,
  case: CASE,
  revision: 1,
  createdAt: '2026-05-01T10:00:00.000Z',
  updatedAt: '2026-05-01T10:00:00.000Z',
  meta: { pseudonym: 'Heron 4172', templateId: 'ct-bone', policy: 'teaching' as const, process: 'sla' as const },
  assets: [
    {
      id: 'a',
      type: 'mask' as const,
      digest: 'd',
      contentDigest: 'c',
      meta: mask.meta,
      bytes: 24,
      storedBytes: 99,
      stride: 1 as const,
      taken: 'pieces' as const,
      revision: 1,
    },
  ],
  trace: [],
  state: null,
  auditCount: 0,
  auditHead: AUDIT_START,
}
const manifestPlace = contextOf({ asset: '', case: CASE, epoch: 0, revision: 1, type: 'manifest' })
const auditPlace = contextOf({ asset: '', case: CASE, epoch: 0, revision: 0, type: 'audit' })
const settingPlace = contextOf({ asset: 'templates', case: '', epoch: 0, revision: 1, type: 'setting' })
/** Sealed by whoever holds the key: a bug, or a later version. */
const sealedUnder = async (
  purpose: 'manifest' | 'audit' | 'settings' | 'models',
  where: Uint8Array,
  plain: Uint8Array,
) => seal(await deriveKey(key, purpose), where, plain)
const wholeManifest = own(await sealManifest(key, MANIFEST))
const AUDIT = { at: MANIFEST.createdAt, code: 'threshold', outcome: 'done', digests: ['d'], seq: 0, prev: AUDIT_START }
const json = (value: unknown) => utf8(JSON.stringify(value))

const openedManifest = async (plain: Uint8Array) =>
  openManifest(key, CASE, 1, await sealedUnder('manifest', manifestPlace, plain))
const openedAudit = async (plain: Uint8Array) =>
  openLines(await logOf(key, CASE), { auditCount: 1, auditHead: '' }, [await sealedUnder('audit', auditPlace, plain)])
const readKept = async (plain: Uint8Array) => {
  const row = { name: 'templates', revision: 1, sealed: await sealedUnder('settings', settingPlace, plain) }
  const vault = { records: { setting: async () => row }, keys: masterKeys(key) }
  return readSetting(vault as unknown as Parameters<typeof readSetting>[0], 'templates')
}

const modelPlace = contextOf({ asset: 'm', case: '', epoch: 0, revision: 0, type: 'model' })
const listKept = async (plain: Uint8Array) => {
  const rows = [{ id: 'm', sealed: await sealedUnder('models', modelPlace, plain) }]
  const vault = { records: { models: async () => rows }, keys: masterKeys(key) }
  return listModels(vault as unknown as Parameters<typeof listModels>[0])
}

const CHECK = {
  findings: passingFindings(),
  meshDigest: 'ab'.repeat(32),
  thicknessMm: Float32Array.of(1, 2, 3),
  deviationMm: Float32Array.of(0, 0, 1),
}
const check = own(encodeCheck(CHECK))

const [bone] = TEMPLATES as readonly [Template]
const kept = withSaved(NO_TEMPLATES, bone, 'Thin bone', 'own-1').kept
const SECOND_STATE = {
  version: 2,
  templateId: bone.id,
  recipe: bone,
  changes: [],
  policy: 'teaching',
  process: 'fdm',
  passport: null,
  side: null,
  draft: { lowHu: 200, highHu: 3000 },
  ledger: [{ stage: 'surface', meanMm: 0, p95Mm: 0, maxMm: 0, volumePercent: 0 }],
  labels: [
    {
      id: 1,
      anatomy: 'bone',
      laterality: 'none',
      colour: 1,
      locked: false,
      visible: true,
      status: 'done',
      secondsSpent: 3,
      limits: null,
      shells: 1,
      made: [{ stage: 'threshold', params: { lowHu: 200 }, times: 1 }],
    },
  ],
  nextLabel: 2,
  activeLabel: 1,
  modelLabel: null,
  checked: false,
  acknowledgements: [],
  exports: [],
  traceId: null,
  station: 'segment',
  stationState: 'passed',
  assets: { volume: 'a' },
}
const AI = {
  source: 'a',
  model: { id: 'head-tissues', version: '1.0.0', sha256: 'b', evaluated: true, spacingMm: 1 },
  structure: 'brain',
  band: 'amber',
  reasons: [{ rule: 'pairwise-dice', band: 'amber', value: 0.9, limit: 0.95 }],
  members: 4,
  p: 0.3,
  regions: [{ at: [0, 1, 2], mm3: 80, meanCertainty: 0.6, pieces: 1, state: 'open', word: null }],
  aiMm3: 5,
  editedMm3: 1,
  firstReader: null,
  secondReader: null,
}
const THIRD_STATE = { ...SECOND_STATE, version: 3, labels: SECOND_STATE.labels.map((label) => ({ ...label, ai: AI })) }
const EDIT = {
  stage: 'lay-flat',
  params: { pointLps: [0, 1, 2], normalLps: [0, 0, 1], floorMm: null },
  on: [1],
  row: { stage: 'lay-flat', meanMm: 0, p95Mm: 0, maxMm: 0, volumePercent: 0 },
  fromMm3: 5,
  toMm3: 5,
  after: [{ id: 1, name: '', mesh: 'part/a', reference: 'part/b', shells: 1 }],
}
const VERSIONS = [
  { act: '', edits: [] },
  { act: 'lay-flat', edits: [0] },
]
const STATE = {
  ...THIRD_STATE,
  version: 4,
  part: { edits: [EDIT], versions: VERSIONS, position: 1 },
  activeBody: null,
  approval: {
    by: null,
    staff: null,
    role: 'designer',
    at: '2026-05-01T00:00:00.000Z',
    revision: 7,
    digests: ['ab'],
    used: true,
  },
}
/** What a reviewer signed. */
const SAID = {
  ...{ format: 'proofprint-approval/1', policy: 'planning', process: 'sla', traceId: 'AAAAA-AAAAA' },
  recipe: { format: 'proofprint-recipe/1', steps: [{ stage: 'scan', version: 1 }] },
  acknowledgements: [{ check: 'shells', reason: 'two bones on purpose', role: 'reviewer' }],
  bodies: [
    {
      ...{ meshDigest: 'ab', name: { anatomy: 'femur', laterality: 'left' }, colour: null, isMirrored: false },
      findings: [
        { check: 'shells', level: 'fail', value: 2, limit: 1, unit: 'count', hard: false, detail: {}, places: [] },
      ],
    },
  ],
}
const { labels: _, nextLabel: __, activeLabel: ___, modelLabel: ____, ...rest } = SECOND_STATE
const FIRST_STATE = { ...rest, version: 1, limits: SECOND_STATE.draft, maskMm3: 5, declaredShells: 1 }

const overrides = fc.dictionary(
  fc.oneof(fc.string({ maxLength: 12 }), fc.constantFrom('threshold.lowHu', 'islands.enabled', 'islands.', '.enabled')),
  fc.oneof(fc.double(), fc.boolean(), fc.string(), fc.constant(null)),
  { maxKeys: 3 },
)

/** Lists of cases: any text of the characters that mean something, behind a first line that is right or none. */
const tableText = fc.string({ unit: fc.constantFrom(...'",;\n\r\0\ufeff./\\', 'a', 'scan', 'labels'), maxLength: 80 })
const tables = fc.oneof(
  tableText,
  tableText.map((rest) => `scan,label,age\n${rest}`),
)
const readTable = (text: string) => {
  const table = readGroupTable(text)
  return [groupsOfTable(table, table.columns), datasetOf(['a.nii', 'labels/a.nii', 'b_label.nii'], table)]
}

const HANDED_IN = {
  along: {
    passport: SAMPLE_PASSPORT,
    steps: [
      {
        ...{ stage: 'scan', version: 1, params: {}, inputDigests: [], outputDigest: 'a'.repeat(64) },
        ...{ backend: 'cpu', adapter: 'none', ms: 5, at: '2026-05-01T10:00:00.000Z' },
      },
    ],
  },
}
const CUBE = { volumeMm3: 8000, areaMm2: 2400, heightMm: 20, supportMm3: 100 }
const finite = (profile: PrinterProfile) => Number.isFinite(estimate(CUBE, profile).cost)
const printed = withEffort(withPrint(withProfile(NO_PRINTS, OWN_PROFILE), printRecord()), 'c1', NO_EFFORT)
const keptPrints = withHandedOver(printed, handedOver())
const receiptsIn = ({ handedOver = [] }: Pick<Prints, 'handedOver'>) =>
  handedOver.filter(({ receipt }) => receipt !== null)
/** What a page may write, as it is read again. */
const writtenPrints = (value: unknown) => {
  requireKnownReceipts(keptPrints as unknown as JsonValue, value as JsonValue)
  return readPrints(value as JsonValue)
}
const knowsReceipts = (prints: Prints) => {
  for (const one of receiptsIn(prints)) expect(receiptsIn(keptPrints)).toContainEqual(one)
}

const people = await staff()
const evidence = utf8((await wholeCase(people, 'fuzzed')).text)
const { statements, checkpoints } = readBundle(evidence)
const note = utf8(checkpoints[0] ?? '')
const signers = new Map(Object.values(people).map(({ keyId, publicKey }) => [keyId, publicKey]))
const designer: Maker = { signer: people.designer, role: 'designer', at: '2026-05-01T10:00:00.000Z', policy: null }
const fileDigest = 'a'.repeat(64)
const stationRelease = new Uint8Array(
  await teachingRelease(designer, {
    files: [{ name: 'a.stl', digest: fileDigest }],
    checked: [fileDigest],
    traceId: '7K3MQ-2XA9B',
    station: fileDigest,
  }),
)
const saidOfRelease = parsedJson((await openEnvelope(parsedJson(stationRelease), PAYLOAD_TYPE, signers)).payload)
const signedAs = async (said: unknown) =>
  json(await sealStatement(PAYLOAD_TYPE, utf8(JSON.stringify(said)), people.designer))
const decoded = (bytes: Uint8Array) => new TextDecoder().decode(bytes)

const RELEASE = {
  format: 1,
  version: '1.0.0',
  headers: [{ 'X-One': 'a' }],
  files: [{ path: '/a.js', type: 'text/javascript', bytes: 3, sha256: '0'.repeat(64), headers: 0 }],
  digest: '0'.repeat(64),
  signature: { key: 'AAAA', value: 'AAAA' },
}

/** What a host offers is a release, or none; one that does not hold is refused by name. */
async function offered(bytes: Uint8Array) {
  const release = parseRelease(new TextDecoder().decode(bytes))
  return release ? refusalOf(release, null, null) : null
}

export const OWN_FUZZERS: Fuzzers = {
  ...HANDOVER_FUZZERS,
  ...SEALED_FUZZERS,
  'trace/bundle-read.ts': [
    fuzzer(mutated(evidence), readBundle, 300, ({ manifest, audit, statements }) => {
      expect([audit.length, statements.length]).toEqual([manifest.counts.audit, manifest.counts.statements])
    }),
    fuzzer(mutated(evidence, 700), readBundle, 200),
    fuzzer(raw(evidence.slice(0, 40)), readBundle, 100),
  ],
  'trace/dsse.ts': [
    fuzzer(
      mutatedJson(statements[0]).map(json),
      (text) => openEnvelope(parsedJson(text), PAYLOAD_TYPE, signers),
      300,
      ({ signedBy }) => expect(signedBy).not.toEqual([]),
    ),
  ],
  'trace/release-terms.ts': [
    fuzzer(mutated(stationRelease), (bytes) => readReleaseTerms(bytes, signers), 200),
    fuzzer(mutatedJson(saidOfRelease), async (said) => readReleaseTerms(await signedAs(said), signers), 300),
  ],
  'trace/replay-result.ts': [
    fuzzer(mutatedJson(REPLAY_RESULT), (value) => (isReplayResult(value) ? replayStatement(value) : null), 400),
  ],
  'trace/note.ts': [
    fuzzer(
      mutated(note).map(decoded),
      (text) => ({ text, note: parseNote(text) }),
      800,
      ({ text, note }) => expect(noteText(note)).toBe(text),
    ),
  ],
  'trace/checkpoint.ts': [
    fuzzer(
      mutated(utf8(parseNote(decoded(note)).text)).map(decoded),
      (text) => ({ text, checkpoint: parseCheckpoint(text) }),
      800,
      ({ text, checkpoint }) => expect(checkpointText(checkpoint)).toBe(text),
    ),
  ],
  'print/profiles.ts': [
    fuzzer(
      mutatedJson(OWN_PROFILE),
      (value) => (isProfile(value) ? value : null),
      500,
      (read) => expect(read === null || finite(read)).toBe(true),
    ),
  ],
  'print/effort.ts': [
    fuzzer(
      mutatedJson(NO_SECONDS),
      (seconds) => (isSeconds(seconds) ? minutesOf({ ...NO_EFFORT, seconds }) : null),
      300,
      (read) => expect(read === null || isMinutes(read.staff)).toBe(true),
    ),
  ],
  'vault/take-receipt.ts': [
    fuzzer(mutatedJson(keptPrints), writtenPrints, 500, knowsReceipts),
    fuzzer(mutatedJson(keptPrints), (value) => handedOverIn(value as JsonValue), 200),
    fuzzer(fc.jsonValue(), (value) => handedOverIn(value as JsonValue), 100),
  ],
  'app/print-records.ts': [
    fuzzer(
      mutatedJson(keptPrints),
      (value) => readPrints(value as JsonValue),
      800,
      ({ prints, profiles }) => {
        expect(profiles.every(finite)).toBe(true)
        expect(prints.every(({ blocks }) => Array.isArray(brokenRules(figuresOf(blocks))))).toBe(true)
      },
    ),
    fuzzer(fc.jsonValue(), (value) => readPrints(value as JsonValue), 200),
  ],
  'core/json.ts': [fuzzer(mutated(json(STATE)), parsedJson, 500), fuzzer(raw(), parsedJson, 300)],
  'evidence/csv.ts': [
    fuzzer(tables, readCsv, 2000, (rows) => expect(rows.every(({ cells }) => cells.length > 0)).toBe(true)),
    fuzzer(fc.string({ unit: 'binary' }), readCsv, 300),
  ],
  'evidence/group-table.ts': [fuzzer(tables, readTable, 2000)],
  'evidence/dataset.ts': [
    fuzzer(tables, readTable, 1000),
    fuzzer(
      fc.array(tableText, { maxLength: 6 }),
      (paths) => datasetOf(paths, null),
      1000,
      ({ cases }) => expect(new Set(cases.map(({ scan }) => scan)).size).toBe(cases.length),
    ),
  ],
  'evidence/model-evidence.ts': [
    fuzzer(
      mutatedJson(packEvidence([noEvidence('ab'.repeat(32))])),
      (value) => unpackEvidence(value as JsonValue),
      600,
    ),
    fuzzer(fc.jsonValue(), (value) => unpackEvidence(value as JsonValue), 200),
  ],
  'export/dicom-read.ts': [
    fuzzer(mutated(dicom), (bytes) => readDicom(fileOf(bytes)), 800),
    fuzzer(raw(dicom.slice(0, 160)), (bytes) => readDicom(fileOf(bytes)), 200),
  ],
  'export/lines.ts': readsObj.slice(1),
  'export/obj-read.ts': readsObj,
  'export/ply-header.ts': readsPly.slice(1),
  'export/ply-read.ts': readsPly,
  'export/verify/stl-any.ts': readsStl,
  'export/verify/read-any.io.ts': readsZip.slice(1),
  'export/verify/strict-zip.io.ts': readsZip.slice(1),
  'export/verify/package.io.ts': readsZip,
  'export/verify/threemf-any.io.ts': readsZip,
  'export/verify/opc.ts': [
    ...readsXml(packageText, () => new ContentTypes()),
    ...readsXml(relationsText, () => new Relations('')),
  ],
  'export/verify/model-handler.ts': readsXml(modelText, () => new ModelHandler()),
  'export/verify/xml-reader.ts': readsXml(modelText, () => ({ open: ignore, close: ignore })),
  'export/verify/transform.ts': [
    fuzzer(
      mutated(utf8('1 0 0 0 1 0 0 0 1 -3.5 2e1 .5')),
      (text) => transformOf(new TextDecoder().decode(text)),
      800,
      (m) => expect(m.length === 12 && m.every(Number.isFinite)).toBe(true),
    ),
  ],
  'export/stl-read.ts': [
    fuzzer(mutated(stl), (bytes) => readStl(fileOf(bytes), ignore, IDLE_CONTEXT), 800),
    fuzzer(raw(stl.slice(0, 84)), (bytes) => readStl(fileOf(bytes), ignore, IDLE_CONTEXT), 100),
  ],
  'export/threemf-read.ts': model,
  'export/xml.ts': model,
  'export/threemf-read.io.ts': [
    fuzzer(mutated(threeMf), (bytes) => readThreeMf(fileOf(bytes), 4, ignore, IDLE_CONTEXT), 300),
    fuzzer(raw(threeMf.slice(0, 40)), (bytes) => readThreeMf(fileOf(bytes), 4, ignore, IDLE_CONTEXT), 60),
  ],
  'vault/chunked.ts': [
    fuzzer(mutated(sealed), (bytes) => open(key, place, bytes), 150),
    fuzzer(raw(sealed.slice(0, 56)), (bytes) => open(key, place, bytes), 60),
  ],
  'vault/compress.ts': [
    fuzzer(mutated(packed), (bytes) => unpack(bytes, 2, new Uint8Array(3000)), 200),
    fuzzer(raw(), (bytes) => unpack(bytes, 4, new Uint8Array(3000)), 100),
  ],
  'vault/codec.ts': described,
  'vault/manifest.ts': [
    fuzzer(mutatedJson(MANIFEST).map(json), openedManifest, 300, ({ assets }) =>
      expect(assets.every(({ taken, bytes }) => taken.length > 0 && bytes >= 0)).toBe(true),
    ),
    fuzzer(raw(), openedManifest, 60),
    fuzzer(mutated(wholeManifest), (bytes) => openManifest(key, CASE, 1, bytes), 60),
  ],
  'vault/audit-lines.ts': [fuzzer(mutatedJson(AUDIT).map(json), openedAudit, 150), fuzzer(raw(), openedAudit, 60)],
  ...PEOPLE_FUZZERS,
  'trace/release.ts': [
    fuzzer(mutated(json(RELEASE)), offered, 600),
    fuzzer(mutatedJson(RELEASE).map(json), offered, 300),
    fuzzer(raw(), offered, 200),
  ],
  'app/listed-models.ts': [
    fuzzer(raw(), listedModels, 300),
    fuzzer(mutated(json([{ id: 'a', version: '1.0.0' }])), listedModels, 300),
  ],
  'infer/parse-card.ts': [fuzzer(mutated(json(plainCard())), parseCardFile, 600), fuzzer(raw(), parseCardFile, 300)],
  'infer/self-test.ts': [
    fuzzer(mutated(knownAnswerBytes()), readKnownAnswer, 600, ({ size, tile }) =>
      expect(tile.length).toBe(size[0] * size[1] * size[2]),
    ),
    fuzzer(raw(), readKnownAnswer, 300),
  ],
  'infer/sniff-onnx.ts': [fuzzer(mutated(tinyOnnx()), sniffOnnx, 600), fuzzer(raw(), sniffOnnx, 300)],
  'vault/models.ts': [fuzzer(raw(), listKept, 60)],
  'vault/settings.ts': [fuzzer(raw(), readKept, 60), fuzzer(mutated(json(kept)), readKept, 60)],
  'app/own-templates.ts': [
    fuzzer(
      mutatedJson(kept),
      (value) => readTemplates(value as JsonValue),
      800,
      ({ templates }) => expect(templates.every(({ versions }) => versions.every(isTemplate))).toBe(true),
    ),
    fuzzer(fc.jsonValue(), (value) => readTemplates(value as JsonValue), 200),
  ],
  'app/templates.ts': [fuzzer(overrides, (given) => withOverrides(bone, given), 500)],
  'app/check-codec.ts': [
    fuzzer(mutated(check), decodeCheck, 1000, ({ thicknessMm, deviationMm }) =>
      expect(thicknessMm).toHaveLength(deviationMm.length),
    ),
    fuzzer(raw(), decodeCheck, 200),
  ],
  'app/hand-in.ts': [
    fuzzer(
      mutatedJson(HANDED_IN),
      (value) => alongOf(value as JsonValue),
      400,
      ({ steps }) => {
        expect(steps.every(({ stage, inputDigests }) => typeof stage === 'string' && Array.isArray(inputDigests))).toBe(
          true,
        )
      },
    ),
  ],
  'app/said.ts': [
    fuzzer(
      mutatedJson(SAID),
      (value) => saidOf(value as JsonValue),
      800,
      (said) => {
        expect(said === null || Array.isArray(said.bodies)).toBe(true)
      },
    ),
    fuzzer(fc.jsonValue(), (value) => saidOf(value as JsonValue), 100),
  ],
  'app/case-state.ts': [
    fuzzer(
      mutatedJson(STATE),
      (value) => currentState(value as JsonValue),
      800,
      ({ version, part }) => {
        expect(version).toBe(4)
        for (const { edits } of unpackedHistory(part).versions) expect(edits).not.toContain(undefined)
      },
    ),
    fuzzer(mutatedJson(THIRD_STATE), (value) => currentState(value as JsonValue), 500),
    fuzzer(mutatedJson(SECOND_STATE), (value) => currentState(value as JsonValue), 500),
    fuzzer(mutatedJson(FIRST_STATE), (value) => currentState(value as JsonValue), 500),
    fuzzer(fc.jsonValue(), (value) => currentState(value as JsonValue), 100),
  ],
  'segment/anatomy-name.ts': [
    fuzzer(
      fc.oneof(
        fc.string({ unit: 'binary', maxLength: 300 }),
        fc.constantFrom('constructor', '__proto__', 'left '.repeat(20_000), 'FEMUR_L'),
      ),
      anatomyNamed,
      500,
      (named) => expect(named === null || named.laterality === 'none' || isPaired(named.anatomy)).toBe(true),
    ),
  ],
}
