import { currentRun } from './run';

/** Ends the run's PostgreSQL, unless it was given. */
export default async function teardown(): Promise<void> {
  await currentRun()?.end();
}
