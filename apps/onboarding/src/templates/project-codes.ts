import { peerOf, PeerRefused, type Peer, type ServiceConfig } from '@propledger/service-kit';
import type { KnownCodes } from '@propledger/workbook';

const PAGE = 500;
/** Of one kind: a longer drop-down is no help, and a list that ends somewhere would pass for all there is. */
const CODES_AT_MOST = 5_000;

type Row = Readonly<Record<string, unknown>>;

/** What a project has by now, and standards of the group that it may bind to, asked of the services that keep them. */
export class ProjectCodes {
  private readonly registry: Peer;
  private readonly billing: Peer;

  constructor(config: ServiceConfig) {
    this.registry = peerOf(config, 'onboarding', 'registry');
    this.billing = peerOf(config, 'onboarding', 'billing');
  }

  /** By the header of the columns that take them; a kind of which there are too many is left out. Null: no such project. @throws PeerUnavailable */
  async of(project: string): Promise<KnownCodes | null> {
    const of = `projects/${encodeURIComponent(project)}`;
    const resources = await this.all(this.registry, `${of}/resources`);
    if (resources === null) return null;
    const own = (await this.all(this.billing, `${of}/standards`)) ?? [];
    const standards = [...own, ...((await this.all(this.billing, 'standards')) ?? [])];
    const rooms = resources.filter(({ kind }) => kind === 'room');
    const meters = (await this.all(this.billing, `${of}/meters`)) ?? [];
    const pools = (await this.all(this.billing, `${of}/pools`)) ?? [];
    const lists: readonly (readonly [string, readonly string[]])[] = [
      ['项目编码', [project]],
      ['资源编码', textsOf(resources, 'resource')],
      ['所属房间', textsOf(rooms, 'resource')],
      ['楼栋', textsOf(rooms, 'building')],
      ['标准编码', textsOf(standards, 'standard')],
      ['收费项目', textsOf(standards, 'item')],
      ['仪表编码', textsOf(meters, 'meter')],
      ['公摊编码', textsOf(pools, 'pool')],
    ];
    return new Map(lists.filter(([, codes]) => codes.length > 0 && codes.length <= CODES_AT_MOST));
  }

  /** Page after page, up to one more than are shown. Null: no such project. */
  private async all(peer: Peer, path: string): Promise<Row[] | null> {
    const rows: Row[] = [];
    for (let cursor: string | null = ''; cursor !== null && rows.length <= CODES_AT_MOST;) {
      const from: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`;
      try {
        const page: { items: Row[]; nextCursor: string | null } = await peer.call(
          'GET',
          `${path}?limit=${PAGE}${from}`,
        );
        rows.push(...page.items);
        cursor = page.nextCursor;
      } catch (error) {
        if (error instanceof PeerRefused && error.status === 404) return null;
        throw error;
      }
    }
    return rows;
  }
}

/** Distinct, in order. */
const textsOf = (rows: readonly Row[], member: string): string[] =>
  [...new Set(rows.flatMap((row) => (typeof row[member] === 'string' ? [row[member]] : [])))].sort();
