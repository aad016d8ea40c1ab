import type { Provider } from '@nestjs/common';

/** A provider whose factory's value is checked before anybody gets it. Providers of other tokens stay as they are. */
export function withCheck(provider: Provider, token: symbol, check: (value: unknown) => void): Provider {
  if (typeof provider === 'function' || provider.provide !== token || !('useFactory' in provider)) return provider;
  const useFactory = async (...dependencies: unknown[]) => {
    const value: unknown = await provider.useFactory(...dependencies);
    check(value);
    return value;
  };
  return { ...provider, useFactory };
}
