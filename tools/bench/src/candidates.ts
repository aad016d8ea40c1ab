import 'reflect-metadata';
import { Controller, Get, type INestApplication, Injectable, Module, type Type, UseGuards } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { AuthGuard, PassportStrategy } from '@nestjs/passport';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Scopes, ServiceAuthModule, type ServiceAuthOptions } from '@waybill/auth';
import type { TestIssuer } from '@waybill/auth/testing';
import { ExtractJwt, Strategy } from 'passport-jwt';

/** The identifier of the measured service, and the scope of its route. */
export const audience = 'bench.service';
export const scope = 'bench.read';

/** What a candidate needs to know of the issuer. */
export interface BenchIssuer {
  readonly url: string;
  /** The key that its tokens are verified with, as PEM: the stock guard has it pinned. */
  readonly publicKeyPem: string;
}

/** What the candidates are told of a test issuer. */
export function benchIssuer({ url, key }: TestIssuer): BenchIssuer {
  return { url, publicKeyPem: key.publicKey.export({ type: 'spki', format: 'pem' }).toString() };
}

/** One way to guard the same route. */
export interface Candidate {
  readonly name: string;
  /** What its route answers to a token whose signature was spoilt. */
  readonly statusForForgery: 200 | 401;
  module(issuer: BenchIssuer): Type;
}

const answer = { orders: [] };

/** The route without a guard, with the stock one, and with Waybill's: examining every token, and remembering them. */
export const candidates = {
  unguarded: { name: 'no guard', statusForForgery: 200, module: () => unguarded() },
  stock: { name: 'passport-jwt, as documented', statusForForgery: 401, module: stock },
  examining: { name: 'waybill, examining each time', statusForForgery: 401, module: guarded({ maxVerifiedTokens: 0 }) },
  remembering: { name: 'waybill, token remembered', statusForForgery: 401, module: guarded({}) },
} as const satisfies Record<string, Candidate>;

/** Starts a candidate on a free port of the loopback interface. */
export async function startCandidate({ module }: Candidate, issuer: BenchIssuer): Promise<INestApplication> {
  const app = await NestFactory.create(module(issuer), new FastifyAdapter(), { logger: ['error', 'fatal'] });
  await app.listen(0, '127.0.0.1');
  return app;
}

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

function guarded(options: Pick<ServiceAuthOptions, 'maxVerifiedTokens'>): Candidate['module'] {
  return ({ url }) => {
    @Controller('orders')
    class Orders {
      @Get()
      @Scopes(scope)
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
