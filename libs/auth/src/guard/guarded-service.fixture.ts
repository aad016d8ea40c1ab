import { once } from 'node:events';
import http, { type ServerResponse } from 'node:http';
import {
  Body,
  Controller,
  Get,
  HttpCode,
  type INestApplication,
  type LoggerService,
  Module,
  type ModuleMetadata,
  Post,
  Res,
  type Type,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { DpopOptions } from '../proof/index.js';
import { TokenInvalid } from '../refuse/index.js';
import { AnyScope, Authenticated, Public, Scopes } from './declare/access.decorators.js';
import { Caller } from './declare/caller.decorator.js';
import { Sensitive } from './declare/sensitive.decorator.js';
import { ServiceAuthModule } from './service-auth.module.js';
import type { ServiceAuthOptions, SignatureOptions } from './service-auth.options.js';

/** The two HTTP adapters of Nest, on which every expectation of the guard holds alike. */
export const adapters = {
  Express: () => new ExpressAdapter(),
  Fastify: () => new FastifyAdapter(),
} as const;

/** A controller with a route of each kind. */
@Controller()
export class EveryKindOfRoute {
  @Get('public')
  @Public()
  open() {
    return { open: true };
  }

  @Get('whoami')
  @Authenticated()
  whoami(@Caller() caller: Caller) {
    return { subject: caller.subject, issuer: caller.issuer, scopes: [...caller.scopes] };
  }

  @Get('orders')
  @Scopes('order.read')
  read() {
    return { orders: [] };
  }

  @Post('orders')
  @HttpCode(201)
  @Scopes('order.write', 'payment.create')
  write(@Body() body: unknown) {
    return { body };
  }

  @Get('any')
  @AnyScope('order.read', 'order.write')
  any() {
    return { any: true };
  }

  @Post('payments')
  @Scopes('payment.create')
  @Sensitive({ signature: { callers: ['order'] } })
  pay(@Body() body: unknown) {
    return { body };
  }

  @Post('transfers')
  @Scopes('order.write')
  @Sensitive({ once: true })
  transfer(@Body() body: unknown) {
    return { body };
  }

  @Post('vault')
  @Scopes('order.write')
  @Sensitive({ dpop: true })
  unlock(@Body() body: unknown) {
    return { body };
  }

  @Post('withdrawals')
  @Scopes('order.write')
  @Sensitive({ secondKey: true })
  withdraw(@Body() body: unknown) {
    return { body };
  }

  @Post('limits')
  @Scopes('order.write')
  @Sensitive({ address: true })
  limit(@Body() body: unknown) {
    return { body };
  }

  @Post('orders/refunds')
  @HttpCode(201)
  @Scopes('order.write', 'payment.create')
  @Sensitive()
  refund(@Body() body: unknown) {
    return { body };
  }

  @Get('cut')
  @Public()
  cut(@Res() reply: Pick<ServerResponse, 'write'> & { raw?: ServerResponse }): never {
    (reply.raw ?? reply).write('begun');
    throw new TokenInvalid('cut');
  }

  @Get('unannotated')
  forgotten() {
    return { reached: true };
  }
}

/** The keys that a service with a signed route needs. */
export const signatures: SignatureOptions = {
  caller: 'payment',
  keys: [{ caller: 'order', id: 'k1', secret: 'a secret of more than thirty-two bytes' }],
};

/** What a service with a route for bound tokens needs. */
export const dpop: DpopOptions = { publicUrls: ['https://orders.example'] };

/** What a guarded application consists of beside its controllers, and what is done to it before it listens. */
export interface GuardedSetting extends Pick<ModuleMetadata, 'imports' | 'providers'> {
  readonly prepare?: (app: INestApplication) => unknown;
  readonly logger?: LoggerService;
}

/** Starts a guarded application on a free port. */
export async function startGuarded(
  adapter: keyof typeof adapters,
  options: ServiceAuthOptions,
  controllers: Type[] = [EveryKindOfRoute],
  { imports = [], providers = [], prepare, logger }: GuardedSetting = {},
): Promise<{ app: INestApplication; url: string }> {
  @Module({
    imports: [ServiceAuthModule.forRoot({ signatures, dpop, ...options }), ...imports],
    controllers,
    providers,
  })
  class GuardedModule {}
  const app = await NestFactory.create(GuardedModule, adapters[adapter](), {
    rawBody: true,
    logger: logger ?? false,
    abortOnError: false,
  });
  await prepare?.(app);
  await app.listen(0, '127.0.0.1');
  return { app, url: await app.getUrl() };
}

/** A raw exchange, for header lines that fetch would merge or refuse. */
export async function exchange(
  url: string,
  headers: readonly string[] = [],
  { method = 'GET', body }: { method?: string; body?: string } = {},
): Promise<{
  status: number;
  challenge: string | undefined;
  body: Record<string, unknown>;
  headers: http.IncomingHttpHeaders;
}> {
  const { host } = new URL(url);
  const lengths = method === 'GET' ? [] : ['content-length', String(Buffer.byteLength(body ?? ''))];
  const request = http.request(url, { method, headers: ['host', host, ...lengths, ...headers] as never });
  request.end(body);
  const [response] = (await once(request, 'response')) as [http.IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  return {
    status: response.statusCode ?? 0,
    challenge: response.headers['www-authenticate'],
    body: text === '' ? {} : JSON.parse(text),
    headers: response.headers,
  };
}
