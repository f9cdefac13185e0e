#!/usr/bin/env bash
# Dumps the five databases of a cell while its services run: docker/backup.sh FOLDER
#
# REGISTRY_OWNER_URL, CUSTOMERS_OWNER_URL, BILLING_OWNER_URL, REPORTS_OWNER_URL, ONBOARDING_OWNER_URL: each database as its owner.
# PG_BIN: where pg_dump and psql are, of the server's version or newer; default: on the path.
#
# The order matters. Each dump is of one moment, and a service is dumped before those whose books it follows: what is restored
# has seen nothing that its owner does not have, and catches up by itself.
set -euo pipefail
out=${1:?usage: docker/backup.sh FOLDER}
bin=${PG_BIN:+$PG_BIN/}
mkdir "$out"
chmod 700 "$out"

url() { local name=${1^^}_OWNER_URL; echo "${!name:?set $name}"; }

# Between two dumps an import may be decided and applied; the restored services would not agree about it.
busy="select count(*) from import where state in ('received', 'reading', 'checking', 'dropping', 'posting', 'holding', 'undoing')"
imports() { "${bin}psql" --no-psqlrc --tuples-only --no-align --command "$busy" "$(url onboarding)"; }
last="select coalesce(max(nr), 0) from import"
latest() { "${bin}psql" --no-psqlrc --tuples-only --no-align --command "$last" "$(url onboarding)"; }

[ "$(imports)" = 0 ] || { echo "有导入未完成 an import is under way: try again when it has ended" >&2; exit 3; }
before=$(latest)
for service in onboarding reports billing customers registry; do
  "${bin}pg_dump" --format=custom --no-owner --file="$out/$service.dump" "$(url $service)"
done
[ "$(imports)" = 0 ] && [ "$(latest)" = "$before" ] || {
  echo "其间有导入开始 an import began meanwhile: this backup is not to be used, try again" >&2
  rm -r "$out"
  exit 3
}
echo "已备份 backed up: $out"
