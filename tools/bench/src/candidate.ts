import type { INestApplication, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { SignatureKeyPair } from '@waybill/auth';
import type { TestClaims, TestIssuer } from '@waybill/auth/testing';

/** The identifier of the measured service, and the scope of its route. */
export const audience = 'bench.service';
export const scope = 'bench.read';

/** What a candidate needs to know of the issuer. */
export interface BenchIssuer {
  readonly url: string;
  /** The key that its tokens are verified with, as PEM: the stock guard has it pinned. */
  readonly publicKeyPem: string;
  /** The public keys of the client that signs its requests, as PEM. */
  readonly clientKeys: Readonly<Record<SignatureKeyPair['algorithm'], string>>;
}

/** What the candidates are told of a test issuer. */
export function benchIssuer({ url, key }: TestIssuer, clientKeys: BenchIssuer['clientKeys']): BenchIssuer {
  return { url, publicKeyPem: key.publicKey.export({ type: 'spki', format: 'pem' }).toString(), clientKeys };
}

/** One way to guard the same route, `GET /orders`. */
export interface Candidate {
  readonly name: string;
  /** What its route answers to a token whose signature was spoilt. */
  readonly statusForForgery: 200 | 401;
  /** In what its tokens differ from plain ones. */
  readonly claims?: TestClaims['claims'];
  /** Each request needs a token of its own. */
  readonly freshTokens?: true;
  /** What each request carries beside its token as Bearer, or instead of that. */
  present?(token: string, url: string): Readonly<Record<string, string>>;
  module(issuer: BenchIssuer): Type;
}

/** The header fields of a request to a candidate. */
export function headersFor({ present }: Candidate, token: string, url: string): Record<string, string> {
  return { authorization: `Bearer ${token}`, ...present?.(token, url) };
}

/** Starts a candidate on a free port of the loopback interface. */
export async function startCandidate({ module }: Candidate, issuer: BenchIssuer): Promise<INestApplication> {
  const app = await NestFactory.create(module(issuer), new FastifyAdapter(), {
    logger: ['error', 'fatal'],
    rawBody: true,
  });
  await app.listen(0, '127.0.0.1');
  return app;
}
