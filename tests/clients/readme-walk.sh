#!/usr/bin/env bash
# The README's walk, pasted as written: starts the demonstration on the README's own port, runs every
# block between "The main job, with curl" and the next section, and looks at what the last ones answer.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

folder=$(mktemp -d)
AWASIR_DATA_DIR="$folder" "${AWASIR_TEST_BIN:?names the built server}" serve --demo > "$folder/log" 2>&1 &
server=$!
trap 'kill "$server" 2> /dev/null || true; wait "$server" 2> /dev/null || true; rm -rf "$folder"' EXIT

for _ in $(seq 600); do
  if grep -q 'bir-alsalam.viewer@demo.example' "$folder/log" \
    && curl -sf http://127.0.0.1:8080/readyz > /dev/null; then break; fi
  kill -0 "$server" 2> /dev/null || { cat "$folder/log"; exit 1; }
  sleep 0.2
done

awk '/^## The main job, with curl/ {on=1} /^## Run it/ {on=0} on && /^```sh/ {block=1; next} /^```/ {block=0} on && block' \
  README.md > "$folder/walk.sh"
# A reader pastes into an interactive shell, where one failing line doesn't end the session.
bash "$folder/walk.sh" > "$folder/out" 2>&1 || true

fail() { cat "$folder/out"; echo "readme-walk: $*" >&2; exit 1; }
# What the walk itself shows to be refused: what is no more granted, what is not seen, what is too early; what a token
# was not given, and what was made of one that is withdrawn.
refused=$(grep -o '"code":"[a-z-]*"' "$folder/out" | tr '\n' ' ')
[[ $refused == '"code":"no-grant" "code":"not-found" "code":"too-early" "code":"forbidden" "code":"invalid-token" "code":"invalid-token" ' ]] || fail "these calls were refused: $refused"
grep -q '^"state":"concluded"$' "$folder/out" || fail "the visit was not concluded"
seen=$(grep '"title":{"ar":"زيارة إلى مزرعة سنابل الغد"}' "$folder/out" | tail -n 1)
[[ $seen == *'"state":"concluded"'* ]] || fail "another organisation can't read the concluded visit"
[[ $seen != *'نهى'* ]] || fail "another organisation reads a name without consent"
[[ $(grep -c '"title":{"ar":"زيارة سُجّلت بلا شبكة"}.*"state":"reported"\|"state":"reported".*"title":{"ar":"زيارة سُجّلت بلا شبكة"}' "$folder/out") -ge 2 ]] \
  || fail "the visit recorded offline was not reported twice over"
grep -q '"action":"accept".*/visits/' "$folder/out" || fail "the host's inbox says nothing"
[[ $(grep -c '^"report_approval":' "$folder/out") == 3 ]] || fail "the demonstration's silent visit is not there"
grep -q '^"report_approval":"no_answer"$' "$folder/out" || fail "nobody stands as silent"
[[ $(grep -c '^"state":"proposed"$' "$folder/out") == 1 && $(grep -c '^"state":"agreed"$' "$folder/out") == 1 ]] \
  || fail "the programme was not signed by both"
[[ $(grep -c '"reached":{[^}]*"girls":23,"boys":19,[^}]*"total":42' "$folder/out") -ge 2 ]] \
  || fail "progress or summary don't say who was reached"
grep -q '^"fulfilled_by":{"type":"programme"' "$folder/out" || fail "the promise does not name its programme"
grep -q '"phone":"+12025550188"' "$folder/out" || fail "the contact was not read while it was granted"
grep -q '"funding_gap":{"amount":"1150000.00","currency":"SDG"}' "$folder/out" || fail "what came is not in the project's sums"
grep -q '^{"root":{"type":"visit".*"type":"disbursement".*"relation":"funds"' "$folder/out" \
  || fail "the trace does not lead from the handshake to the money"
grep -q '^ *[0-9]* "relation":"arises_from"$' "$folder/out" || fail "the trace does not lead back from the money"
outsider=$(sed -n '/"relation":"funds"$/,$p' "$folder/out" | grep -o '^ *[0-9]* [a-z_]*$' | tr -s ' \n' ' ')
[[ $outsider == ' 3 commitment 1 programme 1 visit ' ]] || fail "another organisation's trace: $outsider"
# The donor's phone and name are in no file: not in the database, its log, or what the server said.
! grep -aq -e '2025550188' -e 'محسن لا يريد' -r "$folder/awasir.db" "$folder/awasir.db-wal" "$folder/log" \
  || fail "the donor stands in a file in clear"
grep -q '^verified: visits:read$' "$folder/out" || fail "the JWT was not verified by the published keys"
grep -q '^"active":true$' "$folder/out" || fail "introspection does not know the JWT"
[[ $(grep -c '^"next_cursor"$' "$folder/out") == 2 ]] || fail "old and new secret don't both work in the overlap"
[[ $(grep -c '^"role":"viewer"$' "$folder/out") == 1 ]] || fail "the token was not narrowed"
grep -q '^"last_used_at":' "$folder/out" || fail "the tokens are not listed"
grep -q '^"action":"access_token.revoked"$' "$folder/out" || fail "the trail does not say that the token was withdrawn"
grep -q '^{.*"link":"' "$folder/out" || fail "the trail has no head"
grep -q '^{"access_tokens":[0-9]*,"sessions":0}$' "$folder/out" || fail "the network's admin cut nothing off"
# A secret stands in no file either.
! grep -aqE 'awasir_at_[0-9A-Za-z]{42}' "$folder/awasir.db" "$folder/awasir.db-wal" "$folder/log" \
  || fail "an access token's secret stands in a file"
echo "readme-walk: 1 passed, 0 failed"
