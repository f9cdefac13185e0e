import { path } from './path';
import { signedIn, type Invocation } from './session';

/** How a charge came about. */
export interface ExplanationAnswer {
  readonly charge: number;
  readonly amount: string;
  readonly zh: readonly string[];
  readonly en: readonly string[];
}

/** Explains a charge, step by step, in Chinese and English. */
export const explainCharge = (invocation: Invocation, project: string, charge: string): Promise<void> =>
  signedIn(invocation, async (client) => {
    const answer = await client.get<ExplanationAnswer>(
      path`/billing/v1/projects/${project}/charges/${charge}/explanation`,
    );
    invocation.print(invocation.json ? JSON.stringify(answer) : [...answer.zh, '', ...answer.en].join('\n'));
  });
