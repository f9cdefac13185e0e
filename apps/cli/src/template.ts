import { writeFileSync } from 'node:fs';
import { path } from './path';
import { signedIn, type Invocation } from './session';

interface Template {
  readonly name: string;
  readonly purpose: string;
}

/** Lists the templates, or writes one to a file. */
export const template = (invocation: Invocation, name: string | undefined, out: string | undefined): Promise<void> =>
  signedIn(invocation, async (client) => {
    const { json, print } = invocation;
    if (name === undefined) {
      const { items } = await client.get<{ items: Template[] }>('/onboarding/v1/templates');
      if (json) return print(JSON.stringify(items));
      return items.forEach((item) => print(`${item.name}: ${item.purpose}`));
    }
    const { bytes } = await client.download(path`/onboarding/v1/templates/${name}`);
    const file = out ?? `${name}.xlsx`;
    writeFileSync(file, bytes);
    print(json ? JSON.stringify({ template: name, out: file }) : `已写入 written: ${file} (${bytes.length} bytes)`);
  });
