import { ValidationPipe, type ArgumentMetadata, type ValidationError } from '@nestjs/common';
import { acceptedInput } from './accepted-input';
import { invalidInput } from './problem-filter';

class Faults extends Error {
  constructor(readonly faults: readonly ValidationError[]) {
    super('faulty input');
  }
}

/** Checks bodies and queries against their classes; unknown members are faults, too. */
export class InputPipe extends ValidationPipe {
  constructor() {
    super({
      transform: true,
      whitelist: true,
      forbidNonWhitelisted: true,
      exceptionFactory: (faults) => new Faults(faults),
    });
  }

  /** @throws Problem `invalid-input`, with one entry per faulty member. */
  override async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    const { type, metatype } = metadata;
    if (metatype && (type === 'body' || type === 'query')) {
      const accepted = acceptedInput(metatype as new () => object, value);
      if (accepted !== null) return accepted;
    }
    try {
      return (await super.transform(value, metadata)) as unknown;
    } catch (error) {
      if (error instanceof Faults) throw invalidInput(metadata.type === 'query' ? 'query' : 'body', error.faults);
      throw error;
    }
  }
}
