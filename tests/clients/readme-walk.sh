#!/usr/bin/env bash
# The README's walk, pasted as written: starts the demonstration on the README's own port, runs every
# block between "The main job, with curl" and the next section, and looks at what the last ones answer.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

folder=$(mktemp -d)
AWASIR_RATE_LIMIT=off AWASIR_DATA_DIR="$folder" "${AWASIR_TEST_BIN:?names the built server}" serve --demo > "$folder/log" 2>&1 &
server=$!
trap 'kill "$server" 2> /dev/null || true; wait "$server" 2> /dev/null || true; rm -rf "$folder"' EXIT

for _ in $(seq 600); do
  if grep -q 'bir-alsalam.viewer@demo.example' "$folder/log" \
    && curl -sf http://127.0.0.1:8080/readyz > /dev/null; then break; fi
  kill -0 "$server" 2> /dev/null || { cat "$folder/log"; exit 1; }
  sleep 0.2
done

awk '/^## The main job, with curl/ {on=1; next} /^## / {on=0} on && /^```sh/ {block=1; next} /^```/ {block=0} on && block' \
  README.md > "$folder/walk.sh"
# A reader pastes into an interactive shell, where one failing line doesn't end the session.
bash "$folder/walk.sh" > "$folder/out" 2>&1 || true

fail() { cat "$folder/out"; echo "readme-walk: $*" >&2; exit 1; }
grep -q '"code":' "$folder/out" && fail "a call was refused"
grep -q '^"state":"concluded"$' "$folder/out" || fail "the visit was not concluded"
last=$(tail -n 1 "$folder/out")
[[ $last == *'"state":"concluded"'* ]] || fail "another organisation can't read the concluded visit"
[[ $last != *'نهى'* ]] || fail "another organisation reads a name without consent"
echo "readme-walk: 1 passed, 0 failed"
