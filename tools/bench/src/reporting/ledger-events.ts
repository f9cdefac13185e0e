import { Client } from 'pg';

/*
 * Ledger books by SQL, since millions of events by the rules themselves take minutes: dense, of the bodies that billing writes, with
 * journal lines, and without hashes that anybody could check. All positions follow from the month and the number of the charge.
 * Of 100 charges a month 70 are paid in it and 20 in the next, 10 never; one receipt is reversed a month later.
 */

const BOOKS = 41;
/** A month in a book; a multiple of 100. */
const CHARGES = 1_200;
const EVENTS_A_MONTH = CHARGES + 0.9 * CHARGES + CHARGES / 100;

/** Events in all books after so many months. */
export const eventsAfter = (months: number): number => BOOKS * (1 + months * EVENTS_A_MONTH);
/** The position of a book after so many months. */
export const positionAfter = (months: number): number => 1 + months * EVENTS_A_MONTH;

export const BOOK_NAMES = Array.from({ length: BOOKS }, (_, nth) => `P${String(nth + 1).padStart(2, '0')}`);

/** Adds events of months to billing's event table, from one to before another; nobody is told. @param url as the superuser. */
export const fillLedger = async (url: string, from: number, to: number): Promise<void> => {
  const connect = async (): Promise<Client> => {
    const client = new Client({ connectionString: url });
    await client.connect();
    await client.query('set synchronous_commit = off');
    return client;
  };
  const clients = await Promise.all(Array.from({ length: 2 }, connect));
  const [client] = clients;
  // Nothing here is measured while it is made, and nothing needs to outlive a crash.
  if (from === 0) await client?.query('alter table event set unlogged');
  const left = [...BOOK_NAMES];
  await Promise.all(
    clients.map(async (one) => {
      for (let book = left.shift(); book !== undefined; book = left.shift()) await one.query(EVENTS, [book, from, to]);
    }),
  );
  await client?.query('vacuum analyze event');
  await Promise.all(clients.map((one) => one.end()));
};

/** Tells that the books have come so far. @param client of billing's database. */
export const tellHeads = async (client: Client, months: number): Promise<void> => {
  await client.query(
    `insert into book_head (book, position, recorded_at) select b, $2, now() from unnest($1::text[]) as b
     on conflict (book) do update set position = excluded.position`,
    [BOOK_NAMES, positionAfter(months)],
  );
};

const START = `date '2017-01-01' + m * interval '1 month'`;
const AMOUNT = `(30 + (i * 7919 % 400)) || '.50'`;
const RESOURCE = `'R' || lpad((i / 2)::text, 5, '0')`;
const CUSTOMER = `'K' || lpad((i / 2)::text, 5, '0')`;
const ITEM = `(array['物业费', '公摊水电费'])[1 + i % 2]`;
const chargeAt = (month: string): string => `(2 + ${month} * ${EVENTS_A_MONTH} + i)`;
const PAID_MONTH = `case when i % 10 < 7 or m = 0 then m else m - 1 end`;

const RECEIVABLE = (amount: string, charge: string): string =>
  `'{"account":"receivable","amount":"' || ${amount} || '","charge":' || ${charge} || ',"customer":"' || ${CUSTOMER}
    || '","item":"' || ${ITEM} || '","resource":"' || ${RESOURCE} || '"}'`;

const CHARGE_BODY = `'{"amount":"' || ${AMOUNT} || '","basis":{"method":"面积单价","rounding":"分","terms":[{"area":"106.40","days":31,'
    || '"daysOfMonth":31,"from":"' || d || '","price":"1.85","to":"' || d_end || '"}]},"binding":"' || md5(b || i) || '","customer":"'
    || ${CUSTOMER} || '","dueOn":"' || d + 9 || '","from":"' || d || '","item":"' || ${ITEM} || '","lines":['
    || ${RECEIVABLE(AMOUNT, chargeAt('m'))} || ',{"account":"income","amount":"-' || ${AMOUNT} || '","customer":"' || ${CUSTOMER}
    || '","item":"' || ${ITEM} || '","resource":"' || ${RESOURCE} || '"}],"net":"' || ${AMOUNT}
    || '","origin":"run","priority":1,"resource":"' || ${RESOURCE} || '","standard":"WY","tax":"0.00","taxRate":"0","to":"' || d_end || '"}'`;

const receiptLines = (sign: '' | '-', other: '' | '-', charge: string): string =>
  `'[{"account":"channel-clearing","amount":"${sign}' || ${AMOUNT} || '","channel":"微信"},{"account":"unapplied","amount":"${other}' || ${AMOUNT}
    || '","customer":"' || ${CUSTOMER} || '","tie":null},{"account":"unapplied","amount":"${sign}' || ${AMOUNT} || '","customer":"' || ${CUSTOMER}
    || '","tie":null},' || ${RECEIVABLE(`'${other}' || ${AMOUNT}`, charge)} || ']'`;

const RECEIPT_NO = (month: string): string => `'S' || ${month} || '-' || i`;

const RECEIPT_BODY = `'{"amount":"' || ${AMOUNT} || '","customer":"' || ${CUSTOMER} || '","item":null,"lines":'
    || ${receiptLines('', '-', chargeAt(`(${PAID_MONTH})`))} || ',"prepaid":"0.00","receiptNo":"' || ${RECEIPT_NO('m')}
    || '","resource":null,"settlements":[{"amount":"' || ${AMOUNT} || '","charge":' || ${chargeAt(`(${PAID_MONTH})`)}
    || '}],"tenders":[{"amount":"' || ${AMOUNT} || '","method":"微信","reference":null}]}'`;

// i % 100 = 3 is paid within its month.
const REVERSAL_BODY = `'{"customer":"' || ${CUSTOMER} || '","lines":' || ${receiptLines('-', '', chargeAt('(m - 1)'))}
    || ',"receiptNo":"' || ${RECEIPT_NO('(m - 1)')} || '"}'`;

const monthBase = `(1 + m * ${EVENTS_A_MONTH})`;
const receiptAt = (month: string): string =>
  `(1 + ${month} * ${EVENTS_A_MONTH} + ${CHARGES} + 1 + i - i / 10 - i % 10 / 9)`;

const FACTS = `
  select ${monthBase} + 1 + i as position, 'charge.raised' as type, d as day, null::bigint as reverses, ${CHARGE_BODY} as body
  from month, generate_series(0, ${CHARGES - 1}) i
  union all
  select ${receiptAt('m')}, 'receipt.taken', d + 12 + i % 15, null, ${RECEIPT_BODY}
  from month, generate_series(0, ${CHARGES - 1}) i where i % 10 < 9
  union all
  select ${monthBase} + ${1.9 * CHARGES} + 1 + i / 100, case when m = 0 then 'standard.withdrawn' else 'receipt.reversed' end, d + 27,
    case when m > 0 then ${receiptAt('(m - 1)')} end, case when m = 0 then '{"standard":"S"}' else ${REVERSAL_BODY} end
  from month, generate_series(3, ${CHARGES - 1}, 100) i`;

const EVENTS = `
  with month as (
    select $1::text as b, m, (${START})::date as d, (${START} + interval '1 month' - interval '1 day')::date as d_end
    from generate_series($2::integer, $3::integer - 1) m
  )
  insert into event (book, position, event_id, command_id, type, schema_version, effective_date, accounting_period, recorded_at, actor,
    source, reverses_position, correlation_id, causation_id, body, content_hash, hash)
  select $1::text, f.position, md5($1 || f.position)::uuid, 'run:' || f.position, f.type, 1, f.day,
    case when f.type in ('book.opened', 'standard.withdrawn') then null else to_char(f.day, 'YYYY-MM') end,
    timestamptz '2017-01-01' + f.position * interval '1 second', 'bench', 'run:bench', f.reverses, 'bench', null, f.body,
    sha256(f.position::text::bytea), sha256(f.position::text::bytea)
  from (
    select 1 as position, 'book.opened' as type, date '2017-01-01' as day, null::bigint as reverses,
      '{"firstPeriod":"2017-01","project":"' || $1 || '"}' as body
    where $2::integer = 0
    union all ${FACTS}
  ) f order by f.position`;
