/** The path of a request target: without its query, which may hold secrets, and in printable ASCII only. */
export function pathOf(target = '/'): string {
  const [path = '/'] = target.replace(/^https?:\/\/[^/?#]*/i, '').split(/[?#]/, 1);
  return (path || '/').replace(/[^\x21-\x7e]/g, encodeURIComponent);
}
