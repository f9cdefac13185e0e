import { yuan } from '../money';
import { OPEN_CHARGES } from '../projection/open-charges';
import { count, ITEM, money, PROJECT, type Report } from '../report';

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

const ageSums = AGES.map(({ from, to }) => {
  const within = [from === null ? [] : `overdue_days >= ${from}`, to === null ? [] : `overdue_days <= ${to}`].flat();
  return `coalesce(sum(open) filter (where ${within.join(' and ')}), 0)`;
});

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
  sql: () => `with ${OPEN_CHARGES},
    open_resource as (
      select book, registry, resource, item, sum(open) as open, ${AGES.map(({ key }, i) => `${ageSums[i]} as "${key}"`).join(', ')}
      from open_charge
      group by book, registry, resource, item
    ),
    placed as (
      select r.*, coalesce(place.building, '') as building
      from open_resource r
      left join lateral (
        select case when parking then '车位' else building end as building
        from resource_version v
        where v.book = r.book and v.resource = r.resource and v.position <= r.registry and v.effective_on <= $4::date
        order by generation desc, effective_on desc, position desc
        limit 1
      ) place on true
    )
    select book as project, building, item, count(*)::integer as resources, sum(open)::text as open,
      array[${AGES.map(({ key }) => `sum("${key}")::text`).join(', ')}] as ages
    from placed
    group by book, building, item
    order by book, building collate "C", item`,
  cells: (row) => [row.project, row.building, row.item, row.resources, yuan(row.open), ...row.ages.map(yuan)],
};
