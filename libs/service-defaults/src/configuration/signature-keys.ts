import { readSignatureKey, type SignatureKey, SignatureKeyRing } from '@waybill/auth';
import { z } from 'zod';
import { developmentSecret } from './development-secrets.js';

const remedy =
  'Set it to a comma-separated list of caller/id:secret with secrets of at least 32 bytes, e.g. order/k1:$(openssl rand -hex 32), or of caller/id:ed25519-private:…, ed25519-public, ecdsa-p256-private, ecdsa-p256-public with a key as DER in base64.';

/**
 * `SIGNATURE_KEYS`: a list of `caller/id:secret`, or of halves of key pairs; the first of one's own that can sign signs, all
 * verify. What is wrong with one is told without the key.
 */
export function signatureKeyList() {
  return z.string({ error: `is missing. ${remedy}` }).transform((text, context): SignatureKey[] => {
    try {
      const keys = text.split(',').map((part) => readSignatureKey(part.trim()));
      new SignatureKeyRing(keys); // so that two keys of one id are known here
      return keys;
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      context.issues.push({ code: 'custom', message: `cannot be used: ${error.message} ${remedy}`, input: undefined });
      return z.NEVER;
    }
  });
}

/** The one key that a development stack needs: with it, order signs what it sends to payment. */
export function developmentSignatureKeys(dataDir: string): SignatureKey[] {
  return [{ caller: 'order', id: 'development', secret: developmentSecret(dataDir, 'signature order') }];
}
