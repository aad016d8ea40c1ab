import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import passport from 'passport';
import { Strategy } from 'passport-jwt';
import { type SignatureCheck, supportedAlgorithms, type VerificationKey } from '../verify/index.js';

const strategyName = 'waybill-access-token';

/** What the strategy sees instead of a request: the token, and the key that was resolved for it. */
interface Exhibit {
  readonly token: string;
  readonly key: VerificationKey;
}

/**
 * Checks a token's signature with Passport. The key object was built once, when the key set was read, and the algorithm
 * was held against it; form and claims are judged in `verify/`, so that expiry is not judged twice.
 */
@Injectable()
export class AccessTokenStrategy extends PassportStrategy(Strategy, strategyName) {
  constructor() {
    super({
      jwtFromRequest: (exhibit: unknown) => (exhibit as Exhibit).token,
      // The typings know strings and buffers only; jsonwebtoken takes a KeyObject, and is spared parsing it at each request.
      secretOrKeyProvider: (exhibit: unknown, _token: unknown, done: (error: null, key: never) => void) =>
        done(null, (exhibit as Exhibit).key.key as never),
      algorithms: [...supportedAlgorithms],
      ignoreExpiration: true,
      jsonWebTokenOptions: { ignoreNotBefore: true },
    });
  }

  validate(): true {
    return true;
  }

  /** The check as the verifier asks for it. */
  readonly holds: SignatureCheck = (token, key) =>
    new Promise((resolve, reject) => {
      const decide = (error: unknown, holds?: unknown) => (error ? reject(error) : resolve(holds === true));
      passport.authenticate(strategyName, { session: false }, decide)({ token, key }, {}, reject);
    });
}
