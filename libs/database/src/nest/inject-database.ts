import { Inject } from '@nestjs/common';

/** The provider token of the service's database. */
export const DATABASE = Symbol('DATABASE');

/** Injects the service's {@link Database}: `constructor(@InjectDatabase() private readonly db: Database<typeof schema>)`. */
export const InjectDatabase = (): ParameterDecorator => Inject(DATABASE);
