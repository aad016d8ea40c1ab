/** Whose order it is: the subject as its issuer names it. Two issuers may name different people alike. */
export interface Owner {
  issuer: string;
  subject: string;
}
