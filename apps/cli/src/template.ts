import { writeBytes } from './file-writer';
import { path } from './path';
import { signedIn, type Invocation } from './session';

interface Template {
  readonly name: string;
  readonly purpose: string;
}

/** Lists the templates, or writes one to a file; `project`: with drop-downs of what it has. */
export const template = (
  invocation: Invocation,
  name: string | undefined,
  { out, project }: { readonly out?: string; readonly project?: string },
): Promise<void> =>
  signedIn(invocation, async (client) => {
    const { json, print } = invocation;
    if (name === undefined) {
      const { items } = await client.get<{ items: Template[] }>('/onboarding/v1/templates');
      if (json) return print(JSON.stringify(items));
      return items.forEach((item) => print(`${item.name}: ${item.purpose}`));
    }
    const { bytes } = await client.download(path`/onboarding/v1/templates/${name}`, { query: { project } });
    const file = out ?? `${name}.xlsx`;
    writeBytes(file, bytes);
    print(json ? JSON.stringify({ template: name, out: file }) : `已写入 written: ${file} (${bytes.length} bytes)`);
  });
