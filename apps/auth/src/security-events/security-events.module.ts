import { Global, Module } from '@nestjs/common';
import { JwtModule } from '@nestjs/jwt';
import { EventFeed } from './event-feed.js';
import { EventPruner } from './event-pruner.js';
import { EventReaders } from './event-readers.js';
import { EventSigner } from './event-signer.js';
import { LogTail } from './log-tail.js';
import { SecurityEventLog } from './security-event-log.js';
import { SecurityEventsController } from './security-events.controller.js';

/** The log of security events, for whoever takes something back, and the feed of it, for whoever has to know. */
@Global()
@Module({
  imports: [JwtModule.register({})],
  controllers: [SecurityEventsController],
  providers: [EventFeed, EventPruner, EventReaders, EventSigner, LogTail, SecurityEventLog],
  exports: [EventFeed, SecurityEventLog],
})
export class SecurityEventsModule {}
