import { GROUP_BOOK } from '@propledger/contracts';
import { requestHash } from '@propledger/proof';
import { isCode, today } from '@propledger/service-kit';
import type { Grant } from '../archive/facts';
import type { OperatorArchive } from '../archive/operator-archive';
import { hashPassword, randomPassword } from '../archive/passwords';
import type { RegistryBooks } from '../archive/registry-books';

const GRANTS: readonly Grant[] = [
  { role: 'administrator', scope: { group: true } },
  { role: 'group-finance', scope: { group: true } },
];

/** What the installation may choose: the code (`admin`; with an identity provider, the one that it knows), the password. */
export interface Chosen {
  readonly operator: string | undefined;
  readonly password: string | undefined;
}

/**
 * Where there is no operator yet: makes one, administrator and group finance of the whole group, and answers his password
 * (a random one unless it was chosen), this one time. Null when there are operators.
 *
 * @throws Error naming the environment variable whose value cannot be taken.
 */
export const ensureFirstAdministrator = async (
  archive: OperatorArchive,
  books: RegistryBooks,
  chosen: Chosen,
): Promise<{ operator: string; password: string } | null> => {
  const { operator = 'admin', password = randomPassword() } = chosen;
  if (!isCode(operator)) throw new Error('PROPLEDGER_ADMIN_OPERATOR: 不是有效的工号 not a code');
  if (password.length < 8 || password.length > 200)
    throw new Error('PROPLEDGER_ADMIN_PASSWORD: 8 至 200 个字符 8 to 200 characters');
  if (!(await archive.isEmpty())) return null;
  const outcome = await books.submitAs({
    book: GROUP_BOOK,
    commandId: 'start:first-administrator',
    requestHash: requestHash({ operator }),
    actor: operator,
    source: 'start',
    correlationId: 'start',
    command: {
      type: 'RegisterOperator',
      operator,
      name: null,
      passwordHash: await hashPassword(password),
      grants: GRANTS,
      today: today(),
    },
  });
  return outcome.kind === 'accepted' && !outcome.replayed ? { operator, password } : null;
};
