import { SettingsError } from './shop-settings.js';

/** Refuses a Node that the services cannot run on (below 22.12). Throws {@link SettingsError}. */
export function requireNodeVersion(version: string): void {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > 22 || (major === 22 && minor >= 12)) return;
  throw new SettingsError(`Node ${version} is too old: 22.12 or later is needed. Use npm start, which brings its own.`);
}
