#!/usr/bin/env bash
# Prints secrets for compose.yaml, new ones each time: (umask 077; docker/make-env.sh > docker/.env)
set -euo pipefail
secret() { head -c 24 /dev/urandom | od -An -tx1 | tr -d ' \n'; }
echo "SERVICE_KEY=$(secret)"
echo "POSTGRES_PASSWORD=$(secret)"
for service in REGISTRY CUSTOMERS BILLING REPORTS ONBOARDING; do
  echo "${service}_OWNER_PASSWORD=$(secret)"
  echo "${service}_APP_PASSWORD=$(secret)"
done
