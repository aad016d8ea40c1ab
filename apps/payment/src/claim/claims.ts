/** The port to what each id has been claimed for. */
export abstract class Claims {
  /**
   * Claims an id for neither a charge nor a refund, for ever; where it has been claimed before, nothing changes. One
   * statement.
   */
  abstract fence(id: string): Promise<void>;
}

/**
 * What has become of an id that is claimed: the one attempt to charge or to refund under it, or null where none was
 * made before the id was claimed, so that none can ever be made.
 */
export interface Standing<Attempt> {
  readonly attempt: Attempt | null;
}
