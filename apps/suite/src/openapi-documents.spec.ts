import { existsSync, readFileSync } from 'node:fs';
import { openapiDocuments } from './openapi-documents';

it('keeps the OpenAPI documents as the services describe themselves (npm run openapi)', async () => {
  const documents = await openapiDocuments();
  expect(documents.size).toBe(5);
  for (const [file, text] of documents) {
    expect(existsSync(file)).toBe(true);
    expect(readFileSync(file, 'utf8')).toBe(text);
  }
});
