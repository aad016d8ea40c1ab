import { Injectable } from '@nestjs/common';
import { Gauge, Registry } from '@prometheus-io/client';
import { RevocationFeeds } from '@waybill/auth';

/** How fresh the news of revocations is, and how much of it is live, for each issuer that has a feed; read when it is asked for. */
@Injectable()
export class RevocationFigures {
  constructor(registry: Registry, feeds: RevocationFeeds) {
    new Gauge({
      name: 'waybill_revocation_staleness_seconds',
      help: 'How old the news of what an issuer took back is; infinite before its first snapshot.',
      labelNames: ['issuer'],
      registers: [registry],
      collect() {
        for (const { issuer, stalenessSeconds } of feeds.readings()) this.set({ issuer }, stalenessSeconds);
      },
    });
    new Gauge({
      name: 'waybill_revocations_live',
      help: 'Revocations of tokens that may still be alive, by kind: token, session, scopes, key.',
      labelNames: ['issuer', 'kind'],
      registers: [registry],
      collect() {
        for (const { issuer, live } of feeds.readings())
          for (const [kind, count] of Object.entries(live)) this.set({ issuer, kind }, count);
      },
    });
  }
}
