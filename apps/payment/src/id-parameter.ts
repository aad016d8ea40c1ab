import { z } from 'zod';

/** An id in a path, as the database spells it. */
export const idParameter = z.uuid().toLowerCase();
