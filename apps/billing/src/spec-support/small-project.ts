import type { RunningBilling } from './running-billing';

/** What specs begin with: YT01 with two rooms of 100 m² and 88.5 m², each paid for by its own customer since 2020. */
export const smallProject = async (billing: RunningBilling, project = 'YT01'): Promise<void> => {
  const { neighbours } = billing;
  neighbours.project(project, '2026-03');
  neighbours.resource(project, 'R1', '100');
  neighbours.resource(project, 'R2', '88.5');
  neighbours.customer(project, 'K1');
  neighbours.customer(project, 'K2');
  neighbours.occupancy(project, { resource: 'R1', customer: 'K1' });
  neighbours.occupancy(project, { resource: 'R2', customer: 'K2' });
  await billing.catchUp();
};

export const STANDARD = {
  standard: 'WY',
  name: '住宅物业费',
  item: '物业费',
  method: '面积单价',
  dueDay: 10,
  rounding: '分',
  priority: 1,
  prices: [{ price: '0.85', from: '2010-01-01', to: null }],
};

/** A charge raised by hand: 物业费 of a month, due on its 10th. */
export const chargeBy = (
  resource: string,
  customer: string,
  amount: string,
  period = '2026-03',
  item = '物业费',
): Record<string, string> => ({
  resource,
  customer,
  item,
  from: `${period}-01`,
  to: `${period}-28`,
  dueOn: `${period}-10`,
  amount,
  date: '2026-03-01',
});
