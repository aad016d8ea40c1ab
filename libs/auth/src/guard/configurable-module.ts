import { ConfigurableModuleBuilder } from '@nestjs/common';
import { requireServiceAuthOptions } from './require-options.js';
import { SERVICE_AUTH_OPTIONS, type ServiceAuthOptions } from './service-auth.options.js';
import { withCheck } from './with-check.js';

/** What Nest makes of the options: `forRoot` and `forRootAsync`, of which the latter's are checked once they are there. */
export const {
  ConfigurableModuleClass: ConfigurableServiceAuthModule,
  OPTIONS_TYPE,
  ASYNC_OPTIONS_TYPE,
} = new ConfigurableModuleBuilder<ServiceAuthOptions>({ optionsInjectionToken: SERVICE_AUTH_OPTIONS })
  .setClassMethodName('forRoot')
  .setExtras({}, ({ providers = [], ...definition }) => ({
    ...definition,
    providers: providers.map((provider) => withCheck(provider, SERVICE_AUTH_OPTIONS, requireServiceAuthOptions)),
  }))
  .build();
