import type { OtherBlockers } from '@propledger/service-kit';

/** Change orders that wait for a second person, of leases that an import brought: each by the position of its lease. */
export const waitingDrafts: OtherBlockers = (tx, touched, most) =>
  tx.rows(
    `select own.book, l.positions[1] as position, 'lease-draft' as type
       from unnest($1::text[], $2::bigint[], $3::bigint[]) as own (book, first, last)
       join lease l on l.project = own.book and l.positions[1] between own.first and own.last
      where exists (select from lease_draft d where d.project = l.project and d.lease = l.lease and d.state = 'waiting')
      order by 1, 2 limit $4`,
    [touched.map(({ book }) => book), touched.map(({ first }) => first), touched.map(({ last }) => last), most],
  );
