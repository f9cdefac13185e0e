import { GROUP_BOOK } from '@propledger/contracts';
import { requestHash } from '@propledger/event-log';
import { today } from '../archive/clock';
import type { Grant } from '../archive/facts';
import type { OperatorArchive } from '../archive/operator-archive';
import { hashPassword, randomPassword } from '../archive/passwords';
import type { RegistryBooks } from '../archive/registry-books';

const FIRST = 'admin';
const GRANTS: readonly Grant[] = [
  { role: 'administrator', scope: { group: true } },
  { role: 'group-finance', scope: { group: true } },
];

/**
 * Where there is no operator yet: makes `admin`, administrator and group finance of the whole group, and answers his
 * password, this one time. Null when there are operators. `chosen` replaces the random password.
 *
 * @throws Error when `chosen` has not 8 to 200 characters.
 */
export const ensureFirstAdministrator = async (
  archive: OperatorArchive,
  books: RegistryBooks,
  chosen: string | undefined,
): Promise<{ operator: string; password: string } | null> => {
  if (chosen !== undefined && (chosen.length < 8 || chosen.length > 200))
    throw new Error('PROPLEDGER_ADMIN_PASSWORD: 8 至 200 个字符 8 to 200 characters');
  if (!(await archive.isEmpty())) return null;
  const password = chosen ?? randomPassword();
  const outcome = await books.submitAs({
    book: GROUP_BOOK,
    commandId: 'start:first-administrator',
    requestHash: requestHash({ operator: FIRST }),
    actor: FIRST,
    source: 'start',
    correlationId: 'start',
    command: {
      type: 'RegisterOperator',
      operator: FIRST,
      name: null,
      passwordHash: await hashPassword(password),
      grants: GRANTS,
      today: today(),
    },
  });
  return outcome.kind === 'accepted' && !outcome.replayed ? { operator: FIRST, password } : null;
};
