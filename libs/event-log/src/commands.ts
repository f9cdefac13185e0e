import type { Json } from '@propledger/contracts';
import type { Submission } from './submission';
import type { Tx } from './transaction';

/** An accepted command, as it is kept for ever. */
export interface AcceptedCommand {
  readonly book: string;
  readonly commandId: string;
  readonly requestHash: string;
  readonly firstPosition: number;
  readonly lastPosition: number;
  readonly answer: Json;
}

/** Books and ids in one string. Neither may hold the separator: PostgreSQL has no text with it. */
export const commandKey = ({ book, commandId }: { readonly book: string; readonly commandId: string }): string =>
  `${book}\u0000${commandId}`;

/** Those of the submissions that were accepted earlier, by `commandKey`. */
export const findAccepted = async (
  tx: Tx,
  submissions: readonly Submission<unknown>[],
): Promise<Map<string, AcceptedCommand>> => {
  const rows = await tx.rows<{
    book: string;
    command_id: string;
    request_hash: string;
    first_position: string;
    last_position: string;
    answer: string;
  }>(
    `select book, command_id, encode(request_hash, 'hex') as request_hash, first_position, last_position, answer
     from command join unnest($1::text[], $2::text[]) as asked (book, command_id) using (book, command_id)`,
    [submissions.map(({ book }) => book), submissions.map(({ commandId }) => commandId)],
  );
  return new Map(
    rows.map((row) => [
      commandKey({ book: row.book, commandId: row.command_id }),
      {
        book: row.book,
        commandId: row.command_id,
        requestHash: row.request_hash,
        firstPosition: Number(row.first_position),
        lastPosition: Number(row.last_position),
        answer: JSON.parse(row.answer) as Json,
      },
    ]),
  );
};

export const insertCommands = (tx: Tx, commands: readonly AcceptedCommand[]): Promise<unknown> =>
  tx.rows(
    `insert into command (book, command_id, request_hash, first_position, last_position, answer)
     select book, command_id, decode(request_hash, 'hex'), first_position, last_position, answer
     from unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::bigint[], $6::text[])
       as c (book, command_id, request_hash, first_position, last_position, answer)`,
    [
      commands.map(({ book }) => book),
      commands.map(({ commandId }) => commandId),
      commands.map(({ requestHash }) => requestHash),
      commands.map(({ firstPosition }) => firstPosition),
      commands.map(({ lastPosition }) => lastPosition),
      commands.map(({ answer }) => JSON.stringify(answer)),
    ],
  );
