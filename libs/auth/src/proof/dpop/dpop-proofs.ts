import { memoryReplayStore } from '../replay/memory.replay-store.js';
import type { ReplayStore } from '../replay/replay-store.js';
import { type DpopAlgorithm, dpopAlgorithms, isDpopAlgorithm } from './dpop-algorithm.js';
import { ProofKeys } from './proof-keys.js';
import { ServerNonces } from './server-nonces.js';
import { targetUri } from './target-uri.js';
import { type ProvenKey, verifyProof } from './verify-proof.js';

/** How a service takes DPoP proofs (RFC 9449). */
export interface DpopOptions {
  /**
   * What callers call this service: the base URLs, each with the path under which a proxy publishes it, without query. A proof
   * names one of them; what a `Host` or forwarded field says does not count.
   */
  readonly publicUrls: readonly string[];
  /** How proofs may be signed. Default: ES256, EdDSA, Ed25519, RS256 and PS256. */
  readonly algorithms?: readonly DpopAlgorithm[] | undefined;
  /** How old a proof may be, seconds, at most 300. Default: 60. */
  readonly maxAgeSeconds?: number | undefined;
  /** With it, proofs must carry a nonce of this service's (§8, §9): at least 32 bytes, the same at all replicas. Default: no nonces. */
  readonly nonceSecret?: string | undefined;
  /** Remembers proofs. Default: this process's memory, for a single replica. */
  readonly replayStore?: ReplayStore | undefined;
}

/** A request as it came, with a proof. */
export interface ProvenRequest {
  /** The value of each `DPoP` field. */
  readonly fields: readonly string[];
  readonly method: string;
  /** As in the request line, beginning with a slash; a query does not matter. */
  readonly path: string;
  /** The access token that the request carries. */
  readonly accessToken?: string | undefined;
  /** The key that the token is bound to. */
  readonly keyThumbprint?: string | undefined;
}

/** The proofs that a service takes, at the routes where tokens are used and where they are issued. */
export class DpopProofs {
  /** As in a challenge and in metadata (RFC 9449 §5.1, §7.1). */
  readonly algorithms: readonly DpopAlgorithm[];
  private readonly keys: ProofKeys;
  private readonly bases: readonly string[];
  private readonly maxAgeSeconds: number;
  private readonly nonces: ServerNonces | undefined;
  private readonly replayStore: ReplayStore;

  /**
   * @param clockToleranceSeconds how far ahead a client's clock may be
   * @throws TypeError with the remedy
   */
  constructor(
    { publicUrls, algorithms = dpopAlgorithms, maxAgeSeconds = 60, nonceSecret, replayStore }: DpopOptions,
    private readonly clockToleranceSeconds = 10,
  ) {
    if (publicUrls.length === 0 || !publicUrls.every(isBase)) throw new TypeError(basesRemedy);
    if (algorithms.length === 0 || !algorithms.every(isDpopAlgorithm))
      throw new TypeError(`algorithms of dpop must be some of ${dpopAlgorithms.join(', ')}.`);
    if (!(maxAgeSeconds > 0 && maxAgeSeconds <= 300))
      throw new TypeError('maxAgeSeconds of dpop must be above 0 and at most 300.');
    this.bases = publicUrls.map((url) => url.replace(/\/$/, ''));
    this.algorithms = [...algorithms];
    this.keys = new ProofKeys(algorithms);
    this.maxAgeSeconds = maxAgeSeconds;
    this.nonces = nonceSecret === undefined ? undefined : new ServerNonces(nonceSecret);
    this.replayStore = replayStore ?? memoryReplayStore();
  }

  /** The nonce that a client's next proof should carry; undefined where none is demanded. */
  currentNonce(): string | undefined {
    return this.nonces?.current();
  }

  /**
   * Verifies the proof of a request, and uses it up.
   * @throws DpopProofInvalid, DpopNonceRequired, VerdictUnavailable
   */
  async verify({ fields, path, ...request }: ProvenRequest): Promise<ProvenKey> {
    return verifyProof(fields, {
      ...request,
      targets: isPlain(path) ? this.bases.map((base) => base + path) : [],
      keys: this.keys,
      maxAgeSeconds: this.maxAgeSeconds,
      clockToleranceSeconds: this.clockToleranceSeconds,
      nonces: this.nonces,
      replayStore: this.replayStore,
    });
  }
}

const dotSegment = /\/(\.|%2e){1,2}(\/|$)/i;

/**
 * No proof fits the absolute form of a request target (RFC 9112 §3.2.2), which names a host of the client's choice, nor dot
 * segments, which a comparison resolves (RFC 3986 §6.2.2.3) and a router does not: the proof would be for another route. Nor does
 * one fit a fragment, which no target has (RFC 9112 §3.2) and which would hide a dot segment before it.
 */
function isPlain(path: string): boolean {
  return path.startsWith('/') && !path.includes('#') && !dotSegment.test(path);
}

const basesRemedy =
  'publicUrls of dpop must list what callers call this service: http or https URLs without query, e.g. ["https://orders.example.com"].';

function isBase(url: unknown): boolean {
  return typeof url === 'string' && targetUri(url) !== undefined && !/[?#]/.test(url) && !dotSegment.test(url);
}
