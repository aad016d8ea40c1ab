import { Global, Module } from '@nestjs/common';
import { JwtModule } from '@nestjs/jwt';
import { EventSigner } from './event-signer.js';
import { SecurityEventLog } from './security-event-log.js';

/** The log of security events, for whoever takes something back, and the feed of it, for whoever has to know. */
@Global()
@Module({
  imports: [JwtModule.register({})],
  providers: [EventSigner, SecurityEventLog],
  exports: [EventSigner, SecurityEventLog],
})
export class SecurityEventsModule {}
