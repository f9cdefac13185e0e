import { type CallerIdentity, Problem, utcTimeOf } from '@propledger/service-kit';
import { faulty, type Place } from '../faulty';
import type { Projections } from '../projections';
import type { KnownBook } from '../report';
import { type Cut, cutOf } from './cut';
import { findCut, findProjects, keepCut, positionsNow } from './cut-store';
import type { RecordedBy } from './recorded-by';
import { businessDayAt, looksLikeTime } from './time';

/** What a question knows: a cut, and those of its books that are asked for. */
export interface Known {
  readonly cut: Cut;
  readonly books: readonly KnownBook[];
}

const CATCH_UP_MS = 10_000;

/** Says what "known" means, by a cut, a time, or now: a cut that is kept, which the caller may view, and which is projected. */
export class KnownCuts {
  constructor(
    private readonly projections: Projections,
    private readonly recordedBy: RecordedBy,
  ) {}

  /**
   * @param known a cut's id, a time, or undefined for now.
   * @param projects all that the caller may view where undefined (those of the cut, where one is given).
   * @param parameter the parameter that said `known`, and where it stands.
   * @throws Problem
   */
  async of(
    known: string | undefined,
    projects: readonly string[] | undefined,
    caller: CallerIdentity,
    parameter: { readonly name: string; readonly place: Place },
  ): Promise<Known> {
    const given =
      known === undefined || looksLikeTime(known) ? null : await this.cutKnownAs(known, `${parameter.name}: `);
    const cut = given ?? (await this.newCut(known, projects, caller, parameter));
    const asked = projects ? new Set(projects) : null;
    const books = asked === null ? cut.books : cut.books.filter(({ book }) => asked.has(book));
    for (const { book } of books) caller.require('view', book);
    if (asked !== null && books.length < asked.size) {
      for (const project of asked) caller.require('view', project);
      throw faulty('project', '切片不含这个项目 the cut does not hold this project', parameter.place);
    }
    // Of a part of a cut the answer names a cut of that part alone: asked again with it, it is the same.
    const own = books.length === cut.books.length ? cut : cutOf(cut.takenOn, books);
    if (own !== given) await keepCut(this.projections.tx, own);
    if (known !== undefined) await this.reach(books);
    return { cut: own, books };
  }

  /** The same of a cut that was settled before, for all or some of its books. @throws Problem */
  async again(id: string, projects: readonly string[]): Promise<Known> {
    const cut = await this.cutKnownAs(id, '');
    const books = cut.books.filter(({ book }) => projects.includes(book));
    await this.reach(books);
    return { cut, books };
  }

  /** Of what is known now, or of what was known at a time, which is then settled for good. */
  private async newCut(
    time: string | undefined,
    projects: readonly string[] | undefined,
    caller: CallerIdentity,
    { name, place }: { readonly name: string; readonly place: Place },
  ): Promise<Cut> {
    if (time === undefined)
      return cutOf(
        businessDayAt(new Date()),
        await positionsNow(this.projections.tx, await this.projectsOf(projects, caller)),
      );
    const utc = utcTimeOf(time);
    if (utc === null) throw faulty(name, '不是切片, 也不是 RFC 3339 时刻 neither a cut nor an RFC 3339 time', place);
    // Compared as texts of one form, since a time here has microseconds.
    if (utc > `${new Date().toISOString().slice(0, -1)}999Z`)
      throw faulty(name, '时刻未到 a time that is still to come', place);
    const found = await this.projectsOf(projects, caller);
    const { ledger, registry } = await this.recordedBy(utc);
    const books = found.map((book) => ({ book, ledger: ledger[book] ?? 0, registry: registry[book] ?? 0 }));
    const existing = books.filter((one) => one.ledger > 0 || one.registry > 0);
    if (existing.length === 0 || (projects !== undefined && existing.length < books.length))
      throw new Problem('nothing-known-then', { detail: utc });
    return cutOf(businessDayAt(new Date(utc)), existing);
  }

  /** @param as what stands before the id in the answer that there is none. */
  private async cutKnownAs(id: string, as: string): Promise<Cut> {
    const cut = await findCut(this.projections.tx, id);
    if (cut === null) throw new Problem('cut-not-found', { detail: as + id });
    return cut;
  }

  private async projectsOf(
    projects: readonly string[] | undefined,
    caller: CallerIdentity,
  ): Promise<readonly string[]> {
    const { tx } = this.projections;
    if (projects === undefined) {
      const mayView = caller.projects('view');
      return findProjects(tx, mayView === 'all' ? null : [...mayView]);
    }
    for (const code of projects) caller.require('view', code);
    const asked = [...new Set(projects)];
    const found = await findProjects(tx, asked);
    const missing = asked.filter((code) => !found.includes(code));
    if (missing.length > 0) throw new Problem('project-not-found', { detail: missing.slice(0, 10).join(', ') });
    return found;
  }

  /** A cut may be ahead of projections that are being rebuilt, or that an owner's answer has overtaken. */
  private async reach(books: readonly KnownBook[]): Promise<void> {
    const positions = (topic: 'ledger' | 'registry'): Record<string, number> =>
      Object.fromEntries(books.map((known) => [known.book, known[topic]]));
    const reached = await this.projections.caughtUp(
      { ledger: positions('ledger'), registry: positions('registry') },
      CATCH_UP_MS,
    );
    if (!reached) throw new Problem('not-caught-up', { retryAfterSeconds: 2 });
  }
}
