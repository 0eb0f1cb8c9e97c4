// @ts-check

/** @typedef {{ id: string, what: string, figure: string, files: readonly string[], left: string }} Claim */

/**
 * What is claimed of keys, store, hand-over and trace, the figure it is held to, the test files that show it, and what of it no test
 * shows. A claim without files is printed as not shown.
 * @type {readonly Claim[]}
 */
export const CLAIMS = [
  {
    id: 'T1',
    what: 'Public vectors of age files: whole, streamed, byte by byte, without WebCrypto',
    figure: '143 x 4, none in a wrong class',
    files: ['tests/unit/export/handover/age-vectors.test.ts'],
    left: '',
  },
  {
    id: 'T2',
    what: 'Wycheproof vectors in Node and in Chromium',
    figure: 'all; skips listed by reason',
    files: ['tests/unit/vault/wycheproof.test.ts', 'tests/e2e/wycheproof.test.ts'],
    left: '',
  },
  {
    id: 'T3',
    what: 'Inclusion and consistency of the log: public probes',
    figure: '98 + 98, of which 184 must fail',
    files: ['tests/unit/core/merkle.test.ts'],
    left: '',
  },
  {
    id: 'T4',
    what: 'The stock age command, both ways',
    figure: '10 sizes byte-equal; 200 flips refused',
    files: ['tests/unit/export/handover/age-command.test.ts', 'tests/e2e/handover.test.ts'],
    left: '',
  },
  {
    id: 'T5',
    what: 'Tampering with stored assets, manifests and lines',
    figure: '0 accepted',
    files: [
      'tests/hostile/asset-tampering.test.ts',
      'tests/unit/vault/chunked.test.ts',
      'tests/unit/vault/store.test.ts',
      'tests/property/vault.test.ts',
    ],
    left: '',
  },
  {
    id: 'T6',
    what: 'Roles and verbs, approval of own work, expired, revoked, stale, replayed',
    figure: '84 cells; every denial logged',
    files: [
      'tests/unit/vault/roles.test.ts',
      'tests/unit/vault/people.test.ts',
      'tests/unit/vault/people-keys.test.ts',
      'tests/unit/vault/review.test.ts',
      'tests/e2e/approve.test.ts',
      'tests/e2e/people.test.ts',
    ],
    left: '',
  },
  {
    id: 'T7',
    what: 'Key bytes in profile, downloads, console while locked',
    figure: '0 hits; the device key excepted',
    files: ['tests/e2e/key-residue.test.ts', 'tests/unit/vault/store.test.ts'],
    left: '',
  },
  {
    id: 'T9',
    what: 'Channels out of the page, each with a control that gets out',
    figure: '22 of 25 by the page, the other 3 named; 25 of 25 in a managed kiosk',
    files: ['tests/e2e/egress.test.ts', 'tests/e2e/channels.test.ts'],
    left: '',
  },
  {
    id: 'T10',
    what: 'The browser killed in the middle of writing',
    figure: '100 cycles: 0 torn, 0 acknowledged losses, back in less than 3 s',
    files: ['tests/e2e/crash.test.ts'],
    left: '',
  },
  {
    id: 'T11',
    what: 'Storage faults at every call',
    figure: 'at least 60 calls x 9 faults: nothing called saved that is not',
    files: [
      'tests/unit/vault/faults.test.ts',
      'tests/unit/vault/slot-faults.test.ts',
      'tests/e2e/vault-faults.test.ts',
    ],
    left: '',
  },
  {
    id: 'T15',
    what: 'Tampering with an exported log, two verifiers',
    figure: '500 of 500 named by both; 10,000 entries in less than 5 s',
    files: [
      'tests/hostile/evidence-tampering.test.ts',
      'tests/hostile/evidence-long.test.ts',
      'tests/hostile/evidence-planted.test.ts',
      'tests/property/evidence.test.ts',
    ],
    left: '',
  },
  {
    id: 'T16',
    what: 'Traces both ways; manipulations of the line',
    figure: '50 of 50 both ways; 12 of 12 blocked',
    files: [
      'tests/hostile/evidence-manipulation.test.ts',
      'tests/hostile/pipeline-manipulation.test.ts',
      'tests/unit/export/handover/handover.test.ts',
    ],
    left: '',
  },
  {
    id: 'T17',
    what: 'Kiosk: idle, hidden, back, second tab, reload, next person',
    figure: '12 of 12',
    files: ['tests/e2e/page-lock.test.ts', 'tests/unit/app/page-lock.test.ts'],
    left: '',
  },
  {
    id: 'T18',
    what: 'Rotation, removal, loss, each broken off at every step',
    figure: 'old epoch closed to who was removed; 0 data lost',
    files: [
      'tests/unit/vault/rotate.test.ts',
      'tests/unit/vault/case-layer.test.ts',
      'tests/unit/vault/case-keys.test.ts',
      'tests/unit/vault/site-keys.test.ts',
      'tests/unit/vault/recovery.test.ts',
      'tests/unit/vault/safe-file.test.ts',
      'tests/e2e/safe-key.test.ts',
      'tests/unit/vault/backup.test.ts',
    ],
    left: '',
  },
  {
    id: 'T19',
    what: 'Passkeys, by a virtual authenticator',
    figure: 'each way ends in a stated fallback',
    files: ['tests/unit/vault/own-keys.test.ts', 'tests/e2e/passkey.test.ts'],
    left: '',
  },
  {
    id: 'S1',
    what: 'Sealed 3MF: recipients, each byte changed, hostile keystores, lib3mf both ways',
    figure: 'each byte of each part refused; 33 keystores refused; triangles equal',
    files: [
      'tests/unit/export/secure-content/sealed.test.ts',
      'tests/unit/export/secure-content/keystore.test.ts',
      'tests/unit/export/secure-content/foreign.test.ts',
      'tests/unit/export/secure-content/recipient.test.ts',
      'tests/unit/export/secure-content/lib3mf.test.ts',
      'tests/e2e/sealed-3mf.test.ts',
    ],
    left: '',
  },
]
