import type { ControlTotals, SheetCount } from '@propledger/contracts';
import type { ApiClient } from './api-client';
import { path } from './path';
import { untilEnded, WAITING } from './poll';

/** A faulty cell of a workbook, as a spreadsheet shows it. */
export interface FaultPlace {
  readonly sheet: string;
  readonly row: number;
  readonly column: string;
  readonly code: string;
}

/** The same, in words, too: Chinese first. */
export interface ImportFault extends FaultPlace {
  readonly message: string;
}

/** An import as onboarding answers it. */
export interface ImportStatus {
  readonly import: string;
  readonly state: string;
  readonly percent: number;
  readonly rowsPerSecond: number;
  readonly counts: readonly SheetCount[];
  readonly totals: readonly ControlTotals[];
  readonly faultCount: number;
  /** Why nothing was taken. */
  readonly reason: { readonly code: string; readonly message: string } | null;
  readonly warnings: readonly { readonly sheet: string; readonly column: string | null; readonly message: string }[];
  readonly after: string | null;
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
const ENDED = new Set(['posted', 'refused', 'checked', 'abandoned', 'undone']);

/** Uploads a workbook and waits until its import has ended, one way or another; whoever wants progress gets it as it happens. */
export const importWorkbook = async (
  client: ApiClient,
  { bytes, fileName, dryRun, key }: ImportOrder,
  progress?: (status: ImportStatus) => void,
): Promise<ImportJob> => {
  const query = { fileName, dryRun: String(dryRun) };
  const started = await client.upload<ImportStatus>('/onboarding/v1/imports', bytes, XLSX, key, { query });
  if (progress) await streamed(client, started, progress);
  const ended = await untilEnded(
    async () => {
      const status = await client.get<ImportStatus>(path`/onboarding/v1/imports/${started.import}`, WAITING);
      progress?.(status);
      return status;
    },
    ({ state }) => ENDED.has(state),
  );
  client.saw(ended.after);
  return { ...ended, faults: ended.state === 'refused' ? await faultsOf(client, ended.import) : [] };
};

/** Watches the stream of progress until it ends or breaks: what came of the import is asked for afterwards. */
const streamed = async (
  client: ApiClient,
  started: ImportStatus,
  progress: (status: ImportStatus) => void,
): Promise<void> => {
  const stop = new AbortController();
  try {
    for await (const text of client.events(path`/onboarding/v1/imports/${started.import}/progress`, stop.signal)) {
      const status = { ...started, ...(JSON.parse(text) as Partial<ImportStatus>) };
      progress(status);
      if (ENDED.has(status.state)) return;
    }
  } catch {
    // A proxy may swallow streams. Asking now and then gets there as well.
  } finally {
    stop.abort();
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
