import type { Role } from '../core/role.ts'
import type { CasePeople } from '../vault/share.ts'
import type { PersonRow } from './people-view.ts'

/** Roles that the designer of a case gives on it. */
const GIVEN: readonly Role[] = ['designer', 'reviewer', 'operator', 'auditor']
/** Roles without which the line of a site stops, in its order. */
export const NEEDED = ['intake', 'designer', 'reviewer', 'operator'] as const

const mayCome = ({ standing }: PersonRow) => standing === 'active' || standing === 'looking'

/** Who can be given a case, as what: nobody who is on it already, and whose time is over. */
export function shareable(rows: readonly PersonRow[], on: CasePeople['people']): { person: PersonRow; role: Role }[] {
  const isOn = new Set(on.map(({ person }) => person))
  return rows
    .filter((row) => mayCome(row) && !isOn.has(row.id))
    .flatMap((person) => GIVEN.filter((role) => person.roles.includes(role)).map((role) => ({ person, role })))
}

/** Who is on a case, as what, of the people of this device. */
export const membersOf = (rows: readonly PersonRow[], on: CasePeople['people']): { person: PersonRow; role: Role }[] =>
  on.flatMap(({ person: id, role }) => {
    const person = rows.find((row) => row.id === id)
    return person ? [{ person, role }] : []
  })

/** Roles that nobody who may work has. */
export const missingRoles = (rows: readonly PersonRow[]) =>
  NEEDED.filter((role) => !rows.some(({ standing, roles }) => standing === 'active' && roles.includes(role)))

/** Staff numbers of who may act in one of these roles now. */
export const staffWith = (rows: readonly PersonRow[], ...roles: readonly Role[]): readonly string[] =>
  rows
    .filter(({ standing, roles: own }) => standing === 'active' && roles.some((role) => own.includes(role)))
    .map(({ staff }) => staff)

/** Who may come in now, and who may not, for the list at the door. */
export const atTheDoor = (rows: readonly PersonRow[]) => ({
  offered: rows.filter(mayCome),
  others: rows.filter((row) => !mayCome(row)),
})
