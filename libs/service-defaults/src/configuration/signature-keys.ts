import type { SignatureKey } from '@waybill/auth';
import { developmentSecret } from './development-secrets.js';
import { list } from './settings.js';

/** `SIGNATURE_KEYS`: a list of `caller/id:secret`; the first of one's own signs, all verify. */
export function signatureKeyList() {
  return list('caller/id:secret with secrets of at least 32 bytes', 'order/k1:$(openssl rand -hex 32)', parseKey, true);
}

/** The one key that a development stack needs: with it, order signs what it sends to payment. */
export function developmentSignatureKeys(dataDir: string): SignatureKey[] {
  return [{ caller: 'order', id: 'development', secret: developmentSecret(dataDir, 'signature order') }];
}

function parseKey(part: string): SignatureKey | undefined {
  const [, caller, id, secret] = /^([a-z][a-z0-9-]*)\/([A-Za-z0-9_.-]+):(\S+)$/.exec(part) ?? [];
  return caller && id && secret && Buffer.byteLength(secret) >= 32 ? { caller, id, secret } : undefined;
}
