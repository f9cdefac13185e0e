import { yuan } from '../money';
import { known, MOVED_SINCE, NEAR_EVENTS, OPEN_THEN, openCharges } from '../projection/open-charges';
import { count, CUT, ITEM, money, movesOf, PROJECT, type Report } from '../report';

/** Ages by days overdue: the last day that belongs to each. */
const AGES = [
  { key: 'upTo30', header: '30天以内', from: null, to: 30, description: 'Overdue up to 30 days' },
  { key: 'upTo90', header: '31至90天', from: 31, to: 90, description: 'Overdue 31 to 90 days' },
  { key: 'upTo180', header: '91至180天', from: 91, to: 180, description: 'Overdue 91 to 180 days' },
  { key: 'upTo365', header: '181至365天', from: 181, to: 365, description: 'Overdue 181 to 365 days' },
  { key: 'upTo730', header: '1至2年', from: 366, to: 730, description: 'Overdue 366 to 730 days' },
  { key: 'over730', header: '2年以上', from: 731, to: null, description: 'Overdue more than 730 days' },
] as const;

interface Row {
  readonly project: string;
  readonly building: string;
  readonly item: string;
  readonly resources: number;
  readonly open: string;
  /** One amount an age. */
  readonly ages: readonly string[];
}

const BUILDING = `case when v.parking then '车位' else v.building end`;
const LATEST = 'v.generation desc, v.effective_on desc, v.position desc';

/** The sums of `open` by age, as columns named by the ages' keys. */
const AGE_SUMS = AGES.map(({ key, from, to }) => {
  // Compared with days that are reckoned once.
  const within = [
    from === null ? [] : `due_on <= $4::date - ${from}`,
    to === null ? [] : `due_on >= $4::date - ${to}`,
  ].flat();
  return `coalesce(sum(open) filter (where ${within.join(' and ')}), 0) as "${key}"`;
}).join(', ');

/**
 * Of books whose events since the cut are few, asked about a day at or after all that happened in them, the sums of what is open
 * now are taken, less what the resources and items that moved since contribute now, with what they contributed then.
 */
const NEAR_CURRENT_EVENTS = 500;

const current = (nearEvents: number): string => `current as (
    select k.* from known k join book_dates d on d.book = k.book
    where k.near and k.events <= ${nearEvents}
      and d.settled_on <= $4::date and d.placed_on <= $4::date and d.placed_at <= k.registry
  ), moved as (
    select distinct k.book, k.ledger, c.resource, c.item from current k cross join lateral ${MOVED_SINCE} c
  ), of_moved as materialized (
    select m.ledger, c.* from moved m cross join lateral (
      select * from charge where book = m.book and resource = m.resource and item = m.item and open_fen <> 0 offset 0
    ) c
    where c.starts_on <= $4::date
    union all
    select k.ledger, c.* from current k cross join lateral ${MOVED_SINCE} c
    where c.open_fen = 0 and c.starts_on <= $4::date
  ), corrected as (
    select book, resource, item, due_on, -open_fen as open,
      case row_number() over earliest when 1 then -1 else 0 end as resources
    from of_moved where open_fen <> 0
    window earliest as (partition by book, resource, item order by starts_on, due_on, position)
    union all
    select book, resource, item, due_on, open, case row_number() over earliest when 1 then 1 else 0 end as resources
    from (select c.*, ${OPEN_THEN} as open from of_moved c where c.position <= c.ledger offset 0) c where open <> 0
    window earliest as (partition by book, resource, item order by starts_on, due_on, position)
  ), of_sums as (
    select book, building, item, sum(resources) as resources, sum(open) as open, ${AGE_SUMS}
    from (
      select s.book, s.building, s.item, s.due_on, s.open_fen as open, s.resources
      from current k join arrears_sum s on s.book = k.book and s.starts_on <= $4::date
    ) s
    group by book, building, item
    union all
    select c.book, coalesce(place.building, ''), c.item, sum(c.resources), sum(c.open), ${AGE_SUMS}
    from corrected c left join lateral (
      select ${BUILDING} as building from resource_version v where v.book = c.book and v.resource = c.resource
      order by ${LATEST} limit 1
    ) place on true
    group by 1, 2, 3
  ), of_sums_aged as (
    select book, building, item, sum(resources) as resources, sum(open) as open,
      ${AGES.map(({ key }) => `sum("${key}") as "${key}"`).join(', ')}
    from of_sums group by book, building, item
  )`;

/** Of the other books, charge by charge, and where resources lay on the day by what was known. */
const OTHERS = `other as (
    select k.* from known k where not exists (select from current c where c.book = k.book)
  ), ${openCharges('other')}, open_resource as (
    select book, resource, item, sum(open) as open, ${AGE_SUMS} from open_charge group by book, resource, item
  ), place as (
    select distinct on (v.book, v.resource) v.book, v.resource, ${BUILDING} as building
    from other k join resource_version v on v.book = k.book and v.position <= k.registry and v.effective_on <= $4::date
    order by v.book, v.resource, ${LATEST}
  ), of_charges_aged as (
    select r.book, coalesce(p.building, '') as building, r.item, count(*) as resources, sum(r.open) as open,
      ${AGES.map(({ key }) => `sum(r."${key}") as "${key}"`).join(', ')}
    from open_resource r left join place p on p.book = r.book and p.resource = r.resource
    group by 1, 2, 3
  )`;

/** @param nearEvents see NEAR_CURRENT_EVENTS and NEAR_EVENTS: whatever they are, the answer is the same. */
export const arrearsSummarySql = (nearCurrentEvents: number, nearEvents: number): string => `with ${CUT},
  ${known(nearEvents)}, ${current(nearCurrentEvents)}, ${OTHERS}
  select book as project, building, item, resources::integer as resources, open::text as open,
    array[${AGES.map(({ key }) => `"${key}"::text`).join(', ')}] as ages
  from (select * from of_sums_aged where resources <> 0 union all select * from of_charges_aged) aged
  order by book, building collate "C", item`;

/** 欠费汇总 with ages. A resource lies in the building that it had on asOf. */
export const arrearsSummary: Report<Row> = {
  name: 'arrears-summary',
  title: '欠费汇总 Arrears by building and item',
  description: 'The same charges as arrears-detail, by project, building (parking: 车位) and item, with their ages.',
  selection: 'asOf',
  columns: [
    PROJECT,
    { key: 'building', header: '楼栋', kind: 'text', description: 'Building on asOf; 车位 for parking' },
    ITEM,
    count('resources', '户数', 'Resources with something open'),
    money('open', '欠费金额', 'Still open'),
    ...AGES.map(({ key, header, description }) => money(key, header, description)),
  ],
  sql: () => arrearsSummarySql(NEAR_CURRENT_EVENTS, NEAR_EVENTS),
  key: 'project, building collate "C", item',
  moves: () => movesOf('receivable_movement', 'm.counts_on <= $4::date'),
  cells: (row) => [row.project, row.building, row.item, row.resources, yuan(row.open), ...row.ages.map(yuan)],
};
