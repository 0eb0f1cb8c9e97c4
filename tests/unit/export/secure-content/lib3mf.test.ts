import { describe, expect, test } from 'vitest'
import { KEYSTORE_PART, SEALED_PART } from '../../../../src/export/secure-content/names.ts'
import { showFigures } from '../../../support/figures.ts'
import { lib3mfVersion, openedByLib3mf, sealedByLib3mf } from '../../../support/lib3mf.ts'
import { openSealed, partsOf, sealedMeshes, testRecipient, withPart } from '../../../support/sealed-3mf.ts'
import { sphereMesh } from '../../../support/sphere-mesh.ts'

const version = lib3mfVersion()
const coded = (code: string) => expect.objectContaining({ code })

// lib3mf is no need of the project: where it is absent that is said, and the other tests of the format still run.
describe.skipIf(version === null)('the library of the 3MF Consortium', async () => {
  const ours = await testRecipient('Printer-1')
  const other = await testRecipient('Printer-2', 3072)
  const meshes = [sphereMesh(10, [-31.5, 12.25, 400], 60), sphereMesh(3, [5, 5, 5], 8)]
  const { file } = await sealedMeshes(meshes, ours.recipient, other.recipient)

  test('opens what is sealed here, in its strict mode and without a warning: the same triangles, on the plate', async () => {
    console.info(`lib3mf ${version}`)
    for (const recipient of [ours, other]) {
      const { meshes: found, built, least, warnings } = await openedByLib3mf(file, recipient)
      expect(warnings).toEqual([])
      expect(found.map(({ name }) => name)).toEqual(['other-1-of-2', 'other-2-of-2'])
      for (const [n, { positions, indices }] of meshes.entries()) {
        expect(found[n]?.triangles.flat()).toEqual([...indices])
        const farthest = (found[n]?.vertices.flat() ?? []).reduce(
          (most, value, k) => Math.max(most, Math.abs(value - (positions[k] ?? Number.NaN))),
          0,
        )
        expect(farthest).toBeLessThan(1e-4)
      }
      expect(built).toEqual([{ components: true }])
      expect(Math.max(...least.map(Math.abs))).toBeLessThan(1e-4)
    }
    const triangles = meshes.reduce((sum, { indices }) => sum + indices.length / 3, 0)
    showFigures('S1', {
      [`lib3mf ${version} opens`]: `for 2 of 2 recipients, ${triangles} of ${triangles} triangles equal`,
    })
  })
  test('does not get at the part without a key, nor when a byte of it was changed', async () => {
    const stranger = await testRecipient('Printer-1')
    const parts = await partsOf(file)
    const whole = parts.get(SEALED_PART) ?? new Uint8Array(0)
    const changed = withPart(parts, SEALED_PART, whole.with(100, (whole[100] ?? 0) ^ 1))
    for (const found of [await openedByLib3mf(file, stranger), await openedByLib3mf(changed, ours)])
      expect(found.refused ?? found.warnings[0]).toBeTruthy()
  })
  test.each(['sha1', 'sha256'] as const)('writes what is opened here: RSA-OAEP with %s', async (digest) => {
    const sealed = await sealedByLib3mf(ours, digest)
    const { mesh, store } = await openSealed(sealed, ours.holder)
    expect(store.groups[0]?.rights[0]?.hash).toBe(digest === 'sha1' ? 'SHA-1' : 'SHA-256')
    expect([...mesh.positions]).toEqual([0, 0, 0, 10, 0, 0, 0, 10, 0, 0, 0, 10])
    expect([...mesh.indices]).toEqual([0, 2, 1, 0, 1, 3, 1, 2, 3, 0, 3, 2])
    await expect(openSealed(sealed, other.holder)).rejects.toThrow(coded('sealed/other-recipient'))
  })
  test('what it wrote is refused when a byte of the encrypted part is changed, or the part is not said to be encrypted', async () => {
    const parts = await partsOf(await sealedByLib3mf(ours, 'sha256'))
    const hidden = parts.get('3D/hidden.model') ?? new Uint8Array(0)
    for (const at of [12, 100, hidden.length - 1]) {
      const changed = withPart(parts, '3D/hidden.model', hidden.with(at, (hidden[at] ?? 0) ^ 1))
      await expect(openSealed(changed, ours.holder)).rejects.toThrow(coded('sealed/tampered'))
    }
    const name = '3D/_rels/3dmodel.model.rels'
    const relations = new TextDecoder().decode(parts.get(name))
    const open = relations.replace(/<Relationship [^>]*encryptedfile[^>]*>/, '')
    expect(open).not.toBe(relations)
    await expect(openSealed(withPart(parts, name, open), ours.holder)).rejects.toThrow(coded('sealed/bad-keystore'))
    const gone = new TextDecoder().decode(parts.get(KEYSTORE_PART)).replace(/<resourcedata [\s\S]*<\/resourcedata>/, '')
    await expect(openSealed(withPart(parts, KEYSTORE_PART, gone), ours.holder)).rejects.toBeInstanceOf(Error)
  })
})
