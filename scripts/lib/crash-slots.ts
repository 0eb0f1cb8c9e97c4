import { SlotFile } from '../../src/vault/slot-file.io.ts'
import { halfOf, hasRest, readHalf, takeHalf } from '../../src/vault/slot-file.ts'
import { PRODUCTION, Vault } from '../../src/vault/vault.io.ts'
import { type Acknowledge, askedOf, type Looked } from './crash-look.ts'

const STORE = 'proofprint-vault'
const OWNER = 'eleven paper boats upstream'
/** Few rounds: what is killed is a change of slots, not the making of a key. */
const ITERATIONS = 1000
const passphrase = (step: number) => `the custodian's words number ${step}`
/** Every so many changes a person is enrolled, so that the file grows, and the key of the device is renewed. */
const ENROL_EACH = 9
const RENEW_EACH = 3

const newVault = () =>
  new Vault({ ...PRODUCTION, iterations: ITERATIONS, locks: navigator.locks, storage: null, files: navigator.storage })

/** Whether the half that the database names is whole and holds a slot for each person, and whether anything lies beside it. */
async function fileNow(): Promise<{ readonly isWhole: boolean; readonly hasRest: boolean }> {
  const opening = indexedDB.open(STORE)
  await askedOf(opening)
  const db = opening.result
  const tx = db.transaction(['slotFile', 'people'])
  const [mark, people] = [tx.objectStore('slotFile').get('mark'), tx.objectStore('people').count()]
  await askedOf(people)
  db.close()
  if (!mark.result) return { isWhole: true, hasRest: false }
  const bytes = await new SlotFile(navigator.storage, STORE).read()
  const { slots } = await readHalf(takeHalf(bytes, halfOf(mark.result.generation)), mark.result)
  return { isWhole: slots.length === Math.max(1, people.result), hasRest: hasRest(bytes, mark.result) }
}

/** Opens the vault that the last run left with the words that hold. */
async function opened(vault: Vault, acknowledged: number): Promise<{ readonly step: number; readonly who: string }> {
  if ((await vault.status()).state === 'none') await vault.create(OWNER)
  if ((await vault.listPeople()).length === 0) {
    await vault.unlock(OWNER)
    const custodian = { staff: '0001', passphrase: passphrase(0) }
    await vault.setUpPeople({ owner: { staff: '0100' }, custodian })
  }
  const who = (await vault.listPeople()).find(({ roles }) => roles.includes('custodian'))?.id ?? ''
  for (const step of [acknowledged, acknowledged + 1])
    if (
      await vault.unlock(passphrase(step), who).then(
        () => true,
        (error) => rethrown(error),
      )
    )
      return { step, who }
  throw new Error('neither the words that were said to hold nor the next ones open the vault')
}

/** Only the wrong words may be tried again. */
function rethrown(error: unknown): false {
  if ((error as { code?: string }).code !== 'vault/wrong-passphrase') throw error
  return false
}

/** Looks at what a kill left of the slots, then changes them until the process is killed. */
export async function lookAtSlots(acknowledged: number, acknowledge: Acknowledge): Promise<Looked> {
  const vault = newVault()
  const isThere = (await vault.status()).state !== 'none'
  try {
    const before = isThere ? await fileNow() : { isWhole: true }
    const { step, who } = await opened(vault, acknowledged)
    const after = await fileNow()
    void change(vault, who, step, acknowledge).catch((error) => console.error(error))
    return { step, isTorn: !before.isWhole || !after.isWhole || after.hasRest }
  } catch (error) {
    console.error(error)
    return { step: 0, isTorn: true }
  }
}

async function change(vault: Vault, who: string, from: number, acknowledge: Acknowledge): Promise<never> {
  let staff = 1000 + (await vault.listPeople()).length
  for (let step = from; ; step++) {
    await vault.changePassphrase(passphrase(step), passphrase(step + 1), who)
    await acknowledge(step + 1)
    if (step % RENEW_EACH === 0) await vault.rotateDeviceKey({ passphrase: passphrase(step + 1) })
    if (step % ENROL_EACH === 0)
      await vault.enrol({ staff: String(staff++), roles: ['auditor'], passphrase: 'words of somebody new here' })
  }
}
