/** On whose behalf a charge is made: the subject as its issuer names it. Two issuers may name different people alike. */
export interface Payer {
  issuer: string;
  subject: string;
}
