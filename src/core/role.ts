/** What a person may be on a case; nobody is two of them on one case. */
export const ROLES = ['intake', 'designer', 'reviewer', 'operator', 'auditor', 'custodian'] as const
export type Role = (typeof ROLES)[number]
