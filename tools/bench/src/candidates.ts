import 'reflect-metadata';
import { Controller, Get, Injectable, Module, type Type, UseGuards } from '@nestjs/common';
import { AuthGuard, PassportStrategy } from '@nestjs/passport';
import { Scopes, Sensitive, type Sensitivity, ServiceAuthModule, type ServiceAuthOptions } from '@waybill/auth';
import { ExtractJwt, Strategy } from 'passport-jwt';
import { audience, type BenchIssuer, type Candidate, scope } from './candidate.js';

const answer = { orders: [] };

/** The route without a guard, with the stock one, and with Waybill's: examining every token, and remembering them. */
export const guards = {
  unguarded: { name: 'no guard', statusForForgery: 200, module: () => unguarded() },
  stock: { name: 'passport-jwt, as documented', statusForForgery: 401, module: stock },
  examining: { name: 'waybill, examining each time', statusForForgery: 401, module: guarded({ maxVerifiedTokens: 0 }) },
  remembering: { name: 'waybill, token remembered', statusForForgery: 401, module: guarded() },
} as const satisfies Record<string, Candidate>;

function unguarded(): Type {
  @Controller('orders')
  class Orders {
    @Get()
    read() {
      return answer;
    }
  }

  @Module({ controllers: [Orders] })
  class Unguarded {}
  return Unguarded;
}

/** As the documentation of Nest has it: algorithm, issuer and audience pinned, the key as PEM. */
function stock({ url, publicKeyPem }: BenchIssuer): Type {
  @Injectable()
  class JwtStrategy extends PassportStrategy(Strategy) {
    constructor() {
      super({
        jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken(),
        secretOrKey: publicKeyPem,
        algorithms: ['ES256'],
        issuer: url,
        audience,
      });
    }

    validate({ sub }: { sub: string }) {
      return { sub };
    }
  }

  @Controller('orders')
  @UseGuards(AuthGuard('jwt'))
  class Orders {
    @Get()
    read() {
      return answer;
    }
  }

  @Module({ controllers: [Orders], providers: [JwtStrategy] })
  class Stock {}
  return Stock;
}

/** Waybill's guard before the route, which demands what is said. */
export function guarded(options: Partial<ServiceAuthOptions> = {}, sensitivity?: Sensitivity): Candidate['module'] {
  return ({ url }) => {
    @Controller('orders')
    class Orders {
      @Get()
      @Scopes(scope)
      @(sensitivity ? Sensitive(sensitivity) : () => {})
      read() {
        return answer;
      }
    }

    @Module({
      imports: [ServiceAuthModule.forRoot({ issuers: [{ issuer: url, audience }], ...options })],
      controllers: [Orders],
    })
    class Guarded {}
    return Guarded;
  };
}
