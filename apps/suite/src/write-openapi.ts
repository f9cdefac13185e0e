import { writeFileSync } from 'node:fs';
import { openapiDocuments } from './openapi-documents';

/** `npm run openapi`: writes apps/…/openapi.json anew. */
const main = async (): Promise<void> => {
  for (const [file, text] of await openapiDocuments()) writeFileSync(file, text);
};

void main();
