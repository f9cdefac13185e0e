import type { ControlTotals, SheetCount } from '@propledger/contracts';
import { setTimeout as pause } from 'node:timers/promises';
import type { ApiClient } from './api-client';
import { path } from './path';

/** A faulty cell of a workbook, as a spreadsheet shows it. */
export interface ImportFault {
  readonly sheet: string;
  readonly row: number;
  readonly column: string;
  readonly code: string;
  /** In words, Chinese first. */
  readonly message?: string;
}

/** An import as onboarding answers it. */
export interface ImportStatus {
  readonly import: string;
  readonly state: string;
  readonly percent: number;
  readonly rowsPerSecond: number;
  readonly counts: readonly SheetCount[];
  readonly totals: readonly ControlTotals[];
  readonly after?: string | null;
}

/** An import that has ended. */
export interface ImportJob extends ImportStatus {
  readonly faults: readonly ImportFault[];
}

export interface ImportOrder {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly fileName: string;
  readonly dryRun: boolean;
  readonly key: string;
}

const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
const ENDED = new Set(['posted', 'refused', 'checked', 'abandoned', 'failed', 'undone']);
const POLL_MS = 100;

/** Uploads a workbook and waits until its import has ended, one way or another. */
export const importWorkbook = async (
  client: ApiClient,
  { bytes, fileName, dryRun, key }: ImportOrder,
  progress: (status: ImportStatus) => void = () => undefined,
): Promise<ImportJob> => {
  const query = { fileName, dryRun: String(dryRun) };
  const started = await client.upload<ImportStatus>('/onboarding/v1/imports', bytes, XLSX, key, { query });
  const ended = await followed(client, started, progress);
  client.saw(ended.after);
  return { ...ended, faults: ended.state === 'refused' || dryRun ? await faultsOf(client, ended.import) : [] };
};

/** Watches the stream of progress, and asks now and then where the stream does not get through. */
const followed = async (
  client: ApiClient,
  started: ImportStatus,
  progress: (status: ImportStatus) => void,
): Promise<ImportStatus> => {
  const stop = new AbortController();
  try {
    for await (const text of client.events(path`/onboarding/v1/imports/${started.import}/progress`, stop.signal)) {
      const status = JSON.parse(text) as Partial<ImportStatus>;
      progress({ ...started, ...status });
      if (ENDED.has(status.state ?? '')) break;
    }
  } catch {
    // A proxy may swallow streams. The answer below does not depend on it.
  } finally {
    stop.abort();
  }
  for (;;) {
    const status = await client.get<ImportStatus>(path`/onboarding/v1/imports/${started.import}`);
    progress(status);
    if (ENDED.has(status.state)) return status;
    await pause(POLL_MS);
  }
};

const faultsOf = async (client: ApiClient, id: string): Promise<ImportFault[]> => {
  const faults: ImportFault[] = [];
  let cursor: string | undefined;
  do {
    const query = { limit: '500', cursor };
    const page = await client.get<{ items: ImportFault[]; nextCursor: string | null }>(
      path`/onboarding/v1/imports/${id}/faults`,
      { query },
    );
    faults.push(...page.items);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return faults;
};
