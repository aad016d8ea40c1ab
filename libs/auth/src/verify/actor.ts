/** Who acts on the subject's behalf, as a verified access token says (`act`, RFC 8693 §4.1). */
export interface Actor {
  readonly subject: string;
  /** Who acted before: that one asked this one. It tells where a request came from, and gives nobody any right. */
  readonly actor?: Actor;
}
