const loopback = /^(127(\.\d{1,3}){3}|\[::1\]|localhost)$/;

/**
 * Parses an address of an issuer: https, or plain http to the loopback interface, or any http where that is allowed.
 * @throws TypeError with the remedy
 */
export function requireSecureAddress(name: string, address: string, allowHttp: boolean): URL {
  if (!URL.canParse(address)) throw new TypeError(`${name} is not a URL. Give an absolute https URL.`); // it may hold credentials
  const url = new URL(address);
  if (url.username || url.password)
    throw new TypeError(`${name} must not carry credentials. Remove them from the URL.`);
  const plain = url.protocol === 'http:' && (allowHttp || loopback.test(url.hostname));
  if (url.protocol !== 'https:' && !plain) {
    throw new TypeError(
      `${name} must be https: "${address}". Plain http is for loopback only, unless it is allowed by name (ALLOW_HTTP_ISSUER, allowHttp).`,
    );
  }
  return url;
}
