import { currentRun } from './run';

/** Ends the run's PostgreSQL, unless it was given, and its Kafka. */
export default async function teardown(): Promise<void> {
  await currentRun()?.end();
}
