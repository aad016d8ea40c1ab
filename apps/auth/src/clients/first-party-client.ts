/** The public client that people sign in with: the shop's own front end. It has no secret. */
export const firstPartyClient = 'shop';
