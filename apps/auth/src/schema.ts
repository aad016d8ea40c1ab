/** Every table of the auth service; each stands with what it is for. */
export { accounts } from './accounts/account.table.js';
export { auditEntries } from './audit/audit-entry.table.js';
export { clients, formerClientSessions } from './clients/client.table.js';
export { grants } from './grants/grant.table.js';
export { secondKeys } from './second-keys/second-key.table.js';
export { securityEventLog, securityEvents } from './security-events/security-event.table.js';
export { refreshTokens, sessions } from './sessions/session.table.js';
export { signingKeys } from './signing-keys/signing-key.table.js';
export { subjects } from './subjects/subject.table.js';
export { knownAddresses } from './throttle/known-addresses.table.js';
export { exchangedTokens } from './token-exchange/exchanged-token.table.js';
export { webhookDeliveries } from './webhooks/webhook-delivery.table.js';
