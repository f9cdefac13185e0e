import { execFile } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

const POM = join(__dirname, '../../../tools/kafka/pom.xml');
const COPY = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies';
const DOWNLOAD_MS = 300_000;

/** Whether this machine has what a broker from Maven's jars needs. */
export const hasJavaAndMaven = (): boolean => isOnPath('java') && (existsSync(cacheFolder()) || isOnPath('mvn'));

/** Whether a program can be found on PATH. */
export const isOnPath = (program: string): boolean =>
  (process.env['PATH'] ?? '').split(delimiter).some((folder) => folder !== '' && isFile(join(folder, program)));

const isFile = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;

/** Instead of the pom's: to see that what works with one broker works with another. */
const otherVersion = (): readonly string[] => {
  const version = process.env['PROPLEDGER_KAFKA_VERSION'];
  return version === undefined ? [] : [`-Dkafka.version=${version}`];
};

/** Named after what the pom says, so that another version is another folder. */
const cacheFolder = (): string => {
  const key = createHash('sha256').update(readFileSync(POM)).update(otherVersion().join()).digest('hex').slice(0, 16);
  const home = homedir();
  const root = process.env['PROPLEDGER_KAFKA_CACHE'] ?? join(home === '' ? tmpdir() : home, '.cache/propledger-kafka');
  return join(root, key);
};

/**
 * The classpath of Kafka and its tools. What `tools/kafka/pom.xml` names is fetched from Maven Central once, and kept in
 * `~/.cache/propledger-kafka` (or PROPLEDGER_KAFKA_CACHE); PROPLEDGER_KAFKA_VERSION asks for another version. Processes that come at once end up with the same folder.
 *
 * @throws Error with Maven's own words when it cannot be fetched.
 */
export const kafkaClasspath = async (): Promise<string> => {
  const folder = cacheFolder();
  if (!existsSync(folder)) await fetchJars(folder);
  return join(folder, '*');
};

const fetchJars = async (folder: string): Promise<void> => {
  const draft = `${folder}.${randomUUID()}`;
  mkdirSync(draft, { recursive: true });
  try {
    await mvn(['-q', '-B', '-f', POM, COPY, ...otherVersion(), '-DincludeScope=runtime', `-DoutputDirectory=${draft}`]);
    renameSync(draft, folder); // Fails on one that another process has made meanwhile.
  } catch (error) {
    if (!existsSync(folder)) throw error;
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
};

const mvn = (args: readonly string[]): Promise<void> =>
  new Promise((resolve, reject) => {
    execFile('mvn', args, { timeout: DOWNLOAD_MS }, (error, stdout, stderr) => {
      if (error)
        reject(new Error(`the jars of Kafka cannot be fetched: ${(stdout + stderr || error.message).slice(0, 2_000)}`));
      else resolve();
    });
  });
