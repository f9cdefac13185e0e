#!/usr/bin/env bash
# Fills the five databases of a cell from a folder of docker/backup.sh, before its services start: docker/restore.sh FOLDER
#
# The databases and roles are there and empty, as docker/init-databases.sh makes them, with the passwords of before or new ones.
# REGISTRY_OWNER_URL … ONBOARDING_OWNER_URL: each database as its owner. PG_BIN: where pg_restore is.
set -euo pipefail
from=${1:?usage: docker/restore.sh FOLDER}
bin=${PG_BIN:+$PG_BIN/}
url() { local name=${1^^}_OWNER_URL; echo "${!name:?set $name}"; }
for service in registry customers billing reports onboarding; do
  "${bin}pg_restore" --no-owner --exit-on-error --single-transaction --dbname="$(url $service)" "$from/$service.dump"
done
echo "已恢复 restored: $from"
