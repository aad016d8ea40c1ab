import { Controller, Get, Header, Headers, StreamableFile } from '@nestjs/common';
import { Caller, Public, Scopes } from '@waybill/auth';
import { Scope } from '@waybill/contracts';
import type { PublicJwk } from '../signing-keys/signing-key.js';
import { EventFeed } from './event-feed.js';
import { EventReaders } from './event-readers.js';
import { eventStreamBody } from './server-sent-events.js';

/** What was taken back, for every guard that has to know at once. */
@Controller('security-events')
export class SecurityEventsController {
  constructor(
    private readonly feed: EventFeed,
    private readonly readers: EventReaders,
  ) {}

  /** The feed: a snapshot where there is none to go on from, then each signed event, and a heartbeat about every second. */
  @Get()
  @Scopes(Scope.EventsRead)
  @Header('X-Accel-Buffering', 'no')
  async follow(@Caller() caller: Caller, @Headers('last-event-id') lastEventId?: string): Promise<StreamableFile> {
    const reader = this.readers.admit(caller);
    try {
      const body = await eventStreamBody(this.feed.open(reader.signal, lastEventId), reader.signal);
      body.once('close', () => reader.leave());
      return new StreamableFile(body, { type: 'text/event-stream' });
    } catch (error) {
      reader.leave();
      throw error;
    }
  }

  /** The public keys that sign the feed, and nothing else (RFC 7517 §5). */
  @Get('jwks.json')
  @Public()
  @Header('Cache-Control', 'public, max-age=15')
  jwks(): Promise<{ keys: readonly PublicJwk[] }> {
    return this.feed.jwks();
  }
}
