import { ApiClient } from './api-client';
import { keepCredential } from './credentials';
import { askPassword } from './password';
import type { Invocation } from './session';

/** Signs in and keeps the token, not the password. */
export const login = async (invocation: Invocation, operator: string): Promise<void> => {
  const { url, env, json, print } = invocation;
  const password = await askPassword(`${operator} @ ${url} 密码 password: `, env);
  const { accessToken, expiresIn } = await new ApiClient({ url }).signIn(operator, password);
  const expiresAt = new Date(Date.now() + expiresIn * 1000).toISOString();
  const kept = keepCredential(url, { operator, token: accessToken, expiresAt }, env);
  print(
    json
      ? JSON.stringify({ operator, url, expiresAt })
      : `已登录 signed in: ${operator} (${url}), 有效至 until ${expiresAt}, ${kept}`,
  );
};
