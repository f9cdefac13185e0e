import type { Tx } from '@propledger/event-log';
import type { ServiceMetrics } from '@propledger/service-kit';
import { SEAL_ALARMS, type SealingStatus } from '../sealing';

/** What the watch for drift and the sealing have found. */
export const watchBooks = (metrics: ServiceMetrics, tx: Tx, sealing: () => SealingStatus | null): void => {
  metrics.gauge('propledger_drift_books', 'Books by what the last look at each found.', async () => {
    const [row] = await tx.rows<{ agrees: number; differs: number }>(
      `select count(*) filter (where differs = '{}')::int as agrees, count(*) filter (where differs <> '{}')::int as differs
       from drift_check`,
    );
    return [
      { labels: { state: 'agrees' }, value: row?.agrees ?? 0 },
      { labels: { state: 'differs' }, value: row?.differs ?? 0 },
    ];
  });
  metrics.gauge(
    'propledger_drift_oldest_look_seconds',
    'How long ago the book was looked at that waits longest.',
    async () => {
      const [row] = await tx.rows<{ seconds: number | null }>(
        'select extract(epoch from now() - min(checked_at))::double precision as seconds from drift_check',
      );
      return row?.seconds == null ? [] : [{ value: row.seconds }];
    },
  );
  metrics.gauge('propledger_seal_alarms', 'Books that are not what was sealed of them.', () => {
    const status = sealing();
    return status === null
      ? []
      : SEAL_ALARMS.map((reason) => ({
          labels: { reason },
          value: status.alarms.filter((alarm) => alarm.reason === reason).length,
        }));
  });
  metrics.gauge(
    'propledger_seal_reachable',
    '1: books could be sealed last time; 0: an owner could not be asked, or what it has could not be sealed.',
    () => {
      const status = sealing();
      return status === null ? [] : [{ value: status.trouble === null ? 1 : 0 }];
    },
  );
};
