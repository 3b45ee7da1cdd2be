#!/bin/sh
# Gets the right Node and the locked packages, and is silent when both are there.
#   scripts/bootstrap.sh         prepare this checkout
# Node: the machine's own when it is 24.12 or later, else the pinned one of tools/node.
# Either way node_modules/.bin/node becomes that Node, so npm run, npx and bin/genesis agree.
set -eu

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
modules="$root/node_modules"
stamp="$modules/.genesis-stamp"
link="$modules/.bin/node"

say() { printf 'genesis: %s\n' "$*" >&2; }
fail() { say "$*"; exit 1; }

# 24.12 is the first Node that runs TypeScript directly without a warning.
new_enough() {
  "$1" -e 'const [a, b] = process.versions.node.split("."); process.exit(a > 24 || (a == 24 && b >= 12) ? 0 : 1)' 2>/dev/null
}

fresh() {
  [ -f "$stamp" ] && [ -x "$link" ] &&
    [ -z "$(find "$root/package-lock.json" "$root/tools/node/package-lock.json" -newer "$stamp" -print 2>/dev/null)" ] &&
    new_enough "$link"
}

if fresh; then exit 0; fi

command -v npm >/dev/null 2>&1 || fail "npm was not found. Install any Node from 20 on (it brings npm) and run this again."

# npm lifecycle variables of a surrounding "npm run" must not redirect the installs below.
unset npm_config_prefix npm_config_local_prefix NODE_OPTIONS 2>/dev/null || true

# The machine's own Node: node_modules/.bin may be first in PATH and hold the link of an earlier run.
machine_node() (
  set -f
  IFS=:
  for folder in $PATH; do
    if [ "$folder" != "$modules/.bin" ] && [ -f "$folder/node" ] && [ -x "$folder/node" ]; then
      printf %s "$folder/node"
      return
    fi
  done
)

node=$(machine_node)
if [ -n "$node" ] && new_enough "$node"; then
  node=$("$node" -p process.execPath)
else
  tools="$root/tools/node"
  # Found by its place in the package: npm 10 does not fill node_modules/.bin for optional packages.
  pinned() { for candidate in "$tools"/node_modules/node-*/bin/node; do printf %s "$candidate"; done; }
  if ! { [ -x "$(pinned)" ] && [ -f "$tools/node_modules/.genesis-stamp" ] &&
    [ -z "$(find "$tools/package-lock.json" -newer "$tools/node_modules/.genesis-stamp" -print)" ]; }; then
    say "this machine's Node is older than 24.12; fetching the pinned one"
    npm ci --prefix "$tools" --loglevel=error --no-audit --no-fund </dev/null >/dev/null ||
      fail "the pinned Node could not be fetched (npm ci in tools/node failed). Check the network, or install Node 24.12 or later."
    new_enough "$(pinned)" ||
      fail "the pinned Node could not be fetched for $(uname -s) $(uname -m) (no network, or no build for this machine). Install Node 24.12 or later from nodejs.org."
    : >"$tools/node_modules/.genesis-stamp"
  fi
  node=$(pinned)
fi
PATH="$(dirname -- "$node"):$PATH"
export PATH

if ! { [ -f "$stamp" ] && [ -z "$(find "$root/package-lock.json" -newer "$stamp" -print)" ]; }; then
  say "installing packages with Node $("$node" -p process.versions.node) (from the lockfile; under a minute)"
  # A shipped package has no sources: it needs no development tools.
  omit=''
  [ -d "$root/src" ] || [ -f "$root/tsconfig.json" ] || omit='--omit=dev'
  (cd "$root" && npm ci $omit --loglevel=error --no-audit --no-fund </dev/null >/dev/null) ||
    fail "npm ci failed. Check the network and run this again; nothing else was changed."
fi

mkdir -p "$modules/.bin"
ln -sf "$node" "$link"
: >"$stamp"
say "ready"
