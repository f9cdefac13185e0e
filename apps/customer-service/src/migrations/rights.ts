/**
 * SQL that leaves the application's role these rights and no others, whatever default privileges gave. As for books, the
 * owner is named `…_owner` and the application's role `…_app`.
 */
export const onlyTheseRights = (rights: Readonly<Record<string, string>>): string => `
  do $$
  declare
    app text := regexp_replace(current_user, '_owner$', '_app');
  begin
    ${Object.entries(rights)
      .map(
        ([table, granted]) => `execute format('revoke all on ${table} from public, %I', app);
    execute format('grant ${granted} on ${table} to %I', app);`,
      )
      .join('\n    ')}
  end $$`;
