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
  return `coalesce(sum(open) filter (where ${within.join(' and ')}), 0)::text`;
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
    place as (
      select distinct on (v.book, v.resource) v.book, v.resource,
        case when v.parking then '车位' else coalesce(v.building, '') end as building
      from cut k join resource_version v on v.book = k.book and v.position <= k.registry
      where v.effective_on <= $4::date
      order by v.book, v.resource, v.generation desc, v.effective_on desc, v.position desc
    )
    select c.book as project, coalesce(p.building, '') as building, c.item, count(distinct c.resource)::integer as resources,
      sum(c.open)::text as open, array[${ageSums.join(', ')}] as ages
    from open_charge c left join place p on p.book = c.book and p.resource = c.resource
    group by c.book, coalesce(p.building, ''), c.item
    order by c.book, coalesce(p.building, '') collate "C", c.item`,
  cells: (row) => [row.project, row.building, row.item, row.resources, yuan(row.open), ...row.ages.map(yuan)],
};
