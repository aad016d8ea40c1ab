import { createHmac, timingSafeEqual } from 'node:crypto';

/** For how long one nonce is given out, seconds; it is taken for as long again. */
const windowSeconds = 120;
const minSecretBytes = 32;

/**
 * The nonces that a server has its clients put into their proofs (RFC 9449 §8, §9), so that no proof can be made long before it
 * is used. Nothing is stored: a nonce is a MAC over the stretch of time in which it is given out, alike at every replica that
 * has the secret. That each proof passes once is for the replay store to say.
 */
export class ServerNonces {
  readonly #secret: string;

  /**
   * @param secret at least 32 bytes, shared by the replicas
   * @throws TypeError with the remedy
   */
  constructor(secret: string) {
    if (Buffer.byteLength(secret) < minSecretBytes) {
      throw new TypeError(
        `The nonce secret is shorter than ${minSecretBytes} bytes. Make one with: openssl rand -base64 32`,
      );
    }
    this.#secret = secret;
  }

  /** The nonce to give out now. */
  current(): string {
    return this.nonceOf(windowOf(Date.now()));
  }

  /** How a nonce stands: given out now, or so lately (or by a replica so little ahead) that it is still taken, or not taken. */
  standingOf(nonce: string): 'current' | 'former' | 'refused' {
    const now = windowOf(Date.now());
    if (sameText(nonce, this.nonceOf(now))) return 'current';
    return [now - 1, now + 1].some((window) => sameText(nonce, this.nonceOf(window))) ? 'former' : 'refused';
  }

  private nonceOf(window: number): string {
    return createHmac('sha256', this.#secret).update(`waybill dpop nonce ${window}`).digest('base64url');
  }
}

function windowOf(milliseconds: number): number {
  return Math.floor(milliseconds / (windowSeconds * 1000));
}

function sameText(received: string, expected: string): boolean {
  const [a, b] = [Buffer.from(received), Buffer.from(expected)];
  return a.byteLength === b.byteLength && timingSafeEqual(a, b);
}
