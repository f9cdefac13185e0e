import { ValidationPipe, type ArgumentMetadata, type ValidationError } from '@nestjs/common';
import { acceptedInput, inheritedName, isDeeperThan } from './accepted-input';
import { Problem } from './problem';
import { invalidInput } from './problem-filter';

class Faults extends Error {
  constructor(readonly faults: readonly ValidationError[]) {
    super('faulty input');
  }
}

/** Nothing that any route takes is nested so deep; whoever goes through it by recursion gets through. */
const MOST_DEEP = 32;

const refused = (pointer: string, code: string, message: string): Problem =>
  new Problem('invalid-input', { errors: [{ pointer, code, message }] });

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
      if (isDeeperThan(MOST_DEEP, value))
        throw refused(`/${type}`, 'depth', `嵌套不得超过 ${MOST_DEEP} 层 nested ${MOST_DEEP} deep at most`);
      const inherited = inheritedName(metatype as new () => object, value);
      if (inherited !== null)
        throw refused(`/${type}${inherited}`, 'whitelistValidation', '没有这一项 there is no such member here');
    }
    try {
      return (await super.transform(value, metadata)) as unknown;
    } catch (error) {
      if (error instanceof Faults) throw invalidInput(metadata.type === 'query' ? 'query' : 'body', error.faults);
      throw error;
    }
  }
}
