import { describe, expect, test } from 'vitest'
import { IDLE_CONTEXT } from '../../../../src/core/stage.ts'
import type { Mesh } from '../../../../src/core/types.ts'
import { requireSealed } from '../../../../src/export/secure-content/check.io.ts'
import { KEYSTORE_PART, MODEL_RELATIONS_PART, SEALED_PART } from '../../../../src/export/secure-content/names.ts'
import { holderOf } from '../../../../src/export/secure-content/read.io.ts'
import { requireRoom } from '../../../../src/export/secure-content/seal.io.ts'
import { readAnyThreeMf } from '../../../../src/export/verify/threemf-any.io.ts'
import { POLICIES } from '../../../../src/qa/policy.ts'
import { showFigures } from '../../../support/figures.ts'
import { notesFor } from '../../../support/file-parts.ts'
import { openSealed, partsOf, sealedMeshes, testRecipient, withPart } from '../../../support/sealed-3mf.ts'
import { sphereMesh } from '../../../support/sphere-mesh.ts'

const coded = (code: string) => expect.objectContaining({ code })
const tetrahedron: Mesh = {
  positions: new Float32Array([-3, -4, 50, 7, -4, 50, -3, 6, 50, -3, -4, 60]),
  indices: new Uint32Array([0, 2, 1, 0, 1, 3, 1, 2, 3, 0, 3, 2]),
}
const ours = await testRecipient('Printer-1')
const other = await testRecipient('Printer-2', 3072)
const stranger = await testRecipient('Printer-1')

describe('a part sealed for two', async () => {
  const meshes = [sphereMesh(10, [-31.5, 12.25, 400], 30), tetrahedron]
  const sealed = await sealedMeshes(meshes, ours.recipient, other.recipient)

  test('is opened by each with their own key, all bodies as they were, on the plate', async () => {
    for (const { holder } of [ours, other]) {
      const { models, mesh, store } = await openSealed(sealed.file, holder)
      expect(store.consumers).toEqual([
        { id: 'Printer-1', keyId: null },
        { id: 'Printer-2', keyId: null },
      ])
      const inner = models.get(SEALED_PART)
      expect(inner?.traceId).toBe('7K3MQ-2XA9B')
      const bodies = [...(inner?.objects.values() ?? [])]
      expect(bodies.map(({ name }) => name)).toEqual(['other-1-of-2', 'other-2-of-2', ''])
      expect(bodies[1]?.mesh).toEqual(tetrahedron)
      expect(mesh.indices.length).toBe((meshes[0]?.indices.length ?? 0) + 12)
      expect(Math.abs(mesh.positions.reduce((least, v) => Math.min(least, v), 1))).toBeLessThan(1e-4)
    }
  })
  test('is opened by nobody else', async () => {
    await expect(openSealed(sealed.file, stranger.holder)).rejects.toThrow(coded('sealed/other-recipient'))
    const unnamed = holderOf({ id: 'Printer-3', keyId: null }, ours.pkcs8)
    await expect(openSealed(sealed.file, unnamed)).rejects.toThrow(coded('sealed/other-recipient'))
    await expect(readAnyThreeMf(sealed.file, IDLE_CONTEXT)).rejects.toThrow(coded('threemf/sealed'))
  })
  test('says nothing of the part outside of what is sealed', async () => {
    const parts = await partsOf(sealed.file)
    expect([...parts.keys()]).toEqual([
      '[Content_Types].xml',
      '_rels/.rels',
      '3D/3dmodel.model',
      MODEL_RELATIONS_PART,
      KEYSTORE_PART,
      SEALED_PART,
    ])
    const all = [...parts].map(([, bytes]) => new TextDecoder('latin1').decode(bytes)).join('')
    for (const word of ['7K3MQ', 'other-', 'vertex', '#E6DCC8', '31.5', 'BEGIN']) expect(all).not.toContain(word)
    // Nor how many bodies there are: the root of one body is of the same form.
    const single = await partsOf((await sealedMeshes([tetrahedron], ours.recipient)).file)
    const form = (bytes: Uint8Array | undefined) =>
      new TextDecoder().decode(bytes).replace(/p:UUID="[0-9a-f-]{36}"/g, 'p:UUID')
    expect(form(parts.get('3D/3dmodel.model'))).toBe(form(single.get('3D/3dmodel.model')))
  })
  test('has another key, vector and text each time', async () => {
    const again = await sealedMeshes(meshes, ours.recipient, other.recipient)
    const [a, b] = [sealed, again].map(({ store }) => store.groups[0])
    expect(a?.resources[0]?.iv).not.toEqual(b?.resources[0]?.iv)
    expect(a?.rights[0]?.wrapped).not.toEqual(b?.rights[0]?.wrapped)
    const [first, second] = await Promise.all([sealed, again].map(async ({ file }) => partsOf(file)))
    expect(first?.get(SEALED_PART)).not.toEqual(second?.get(SEALED_PART))
  })
  test('that would not fit in a tab is refused before it is sealed', () => {
    expect(() => requireRoom(2 ** 30 + 1)).toThrow(coded('sealed/too-large'))
    expect(() => requireRoom(2 ** 30)).not.toThrow()
  })
  test('for nobody is not written', async () => {
    await expect(sealedMeshes([tetrahedron])).rejects.toThrow(coded('sealed/no-recipient'))
  })
  test('is not wrapped by a key that was exchanged after its words were compared', async () => {
    const exchanged = { ...ours.recipient, spki: other.recipient.spki }
    await expect(sealedMeshes([tetrahedron], exchanged)).rejects.toThrow(coded('sealed/bad-recipient'))
  })
})

describe('a change on the way', async () => {
  const { file } = await sealedMeshes([tetrahedron], ours.recipient, other.recipient)
  const parts = await partsOf(file)

  test.each([...parts.keys()])(
    'of any byte of %s is refused',
    async (name) => {
      const whole = parts.get(name) ?? new Uint8Array(0)
      const opened: number[] = []
      for (let at = 0; at < whole.length; at++) {
        const changed = whole.slice()
        changed[at] = (changed[at] ?? 0) ^ 1
        const found = await openSealed(withPart(parts, name, changed), ours.holder).catch(() => null)
        if (found) opened.push(at)
      }
      expect([whole.length > 100, opened]).toEqual([true, []])
      showFigures('S1', { [`bytes of ${name} changed`]: `${whole.length} of ${whole.length} refused` })
    },
    180_000,
  )
  test('of the length of a part, or a part more, is refused', async () => {
    for (const [name, bytes] of parts)
      for (const changed of [bytes.slice(0, -1), Uint8Array.of(...bytes, 10), new Uint8Array(0)])
        await expect(openSealed(withPart(parts, name, changed), ours.holder)).rejects.toBeInstanceOf(Error)
    const more = withPart(parts, 'Metadata/note.txt', Uint8Array.of(1))
    await expect(openSealed(more, ours.holder)).rejects.toThrow(coded('sealed/tampered'))
  })
  test('that only the parts that others read would show: the root scaled, another recipient put in', async () => {
    const root = new TextDecoder().decode(parts.get('3D/3dmodel.model'))
    const scaled = root.replace('<item ', '<item transform="2 0 0 0 2 0 0 0 2 0 0 0" ')
    expect(scaled).not.toBe(root)
    const keystore = new TextDecoder().decode(parts.get(KEYSTORE_PART))
    const renamed = keystore.replace('consumerid="Printer-2"', 'consumerid="Printer-9"')
    expect(renamed).not.toBe(keystore)
    const changed = [withPart(parts, '3D/3dmodel.model', scaled), withPart(parts, KEYSTORE_PART, renamed)]
    for (const file of changed) await expect(openSealed(file, ours.holder)).rejects.toThrow(coded('sealed/tampered'))
  })
})

describe('before it leaves it is read back', async () => {
  const policy = POLICIES.teaching
  const notes = await notesFor([tetrahedron])
  const recipients = [ours.recipient]
  const sealed = await sealedMeshes([tetrahedron], ours.recipient)
  const check = (change: Partial<Parameters<typeof requireSealed>[1]>) =>
    requireSealed(sealed, { meshes: [tetrahedron], notes, recipients, ...change }, policy, IDLE_CONTEXT)

  test('and holds', async () => {
    await expect(check({})).resolves.toBeUndefined()
  })
  test('against another mesh, name or recipient it does not', async () => {
    const moved = { ...tetrahedron, positions: tetrahedron.positions.with(3, 7.01) }
    const elsewhere = { ...tetrahedron, positions: tetrahedron.positions.with(4, -4.0005) }
    const more = { ...tetrahedron, indices: new Uint32Array([...tetrahedron.indices, 0, 2, 1]) }
    for (const change of [
      { meshes: [moved] },
      { meshes: [elsewhere] },
      { meshes: [more] },
      { notes: await notesFor([tetrahedron], '7K3MQ-2XA9C') },
      { notes: await notesFor([tetrahedron, tetrahedron]) },
      { recipients: [other.recipient] },
      { recipients: [] },
      { recipients: [ours.recipient, other.recipient] },
    ])
      await expect(check(change)).rejects.toThrow(coded('export/mismatch'))
  })
})
