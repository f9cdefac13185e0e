/** What the setup of a run leaves for its teardown. Jest loads both files apart, so it lives on globalThis. */
export interface Run {
  end(): Promise<void>;
}

const KEY = Symbol.for('propledger.test-run');
const holder = globalThis as { [KEY]?: Run };

export const keepRun = (run: Run): void => {
  holder[KEY] = run;
};

export const currentRun = (): Run | undefined => holder[KEY];
