#!/usr/bin/env bash
# Prints secrets for compose.yaml, new ones each time: (umask 077; docker/make-env.sh > docker/.env)
set -euo pipefail
secret() { head -c 24 /dev/urandom | od -An -tx1 | tr -d ' \n'; }
echo "SERVICE_KEY=$(secret)"
# An Ed25519 private key, PKCS #8 in base64: the fixed head of one, then 32 random bytes.
seal_key() { { printf '\x30\x2e\x02\x01\x00\x30\x05\x06\x03\x2b\x65\x70\x04\x22\x04\x20'; head -c 32 /dev/urandom; } | base64 -w0; }
echo "SEAL_KEY=$(seal_key)"
echo "POSTGRES_PASSWORD=$(secret)"
for service in REGISTRY CUSTOMERS BILLING REPORTS ONBOARDING; do
  echo "${service}_OWNER_PASSWORD=$(secret)"
  echo "${service}_APP_PASSWORD=$(secret)"
done
