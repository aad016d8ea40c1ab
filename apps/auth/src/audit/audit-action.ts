/** What the audit trail tells of. */
export type AuditAction =
  | 'token-revoked'
  | 'session-revoked'
  | 'signed-out'
  | 'scopes-changed'
  | 'refresh-token-reused'
  | 'client-secret-changed'
  | 'key-rotated'
  | 'key-withdrawn'
  | 'second-key-created'
  | 'second-key-revoked'
  | 'sign-in-throttled';
