#!/usr/bin/env bash
# Tries every operation of the running server with Schemathesis, as a coordinator and as the network's
# admin: no 5xx, no answer that the document doesn't describe.
#
#     cargo build && AWASIR_TEST_BIN=target/debug/awasir bash tests/clients/schemathesis.sh
#
# AWASIR_TEST_SCHEMATHESIS_SECONDS (40) is how long each of the two may take.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

seconds=${AWASIR_TEST_SCHEMATHESIS_SECONDS:-40}
command -v schemathesis > /dev/null || { echo "schemathesis is not in the PATH: pip install schemathesis" >&2; exit 1; }

. tests/clients/serve.bash

# post PATH BODY [TOKEN]: the answer, or the end when it is refused.
post() {
  local headers=(-H 'Content-Type: application/json')
  [[ -z ${3:-} ]] || headers+=(-H "Authorization: Bearer $3")
  curl -sS --fail-with-body "${headers[@]}" -d "$2" "$url$1" || { echo " <- POST $1" >&2; exit 1; }
}

# member NAME…: a member of the JSON on standard input, by the names that lead to it.
member() {
  python3 -c 'import json, sys
value = json.load(sys.stdin)
for name in sys.argv[1:]: value = value[name]
print(value)' "$@"
}

login() {
  post /v1/auth/login "{\"email\": \"$1\", \"password\": \"$password\"}" | member access_token
}

# An organisation, its admin by invitation, and its coordinator by the admin's.
network=$(login network@awasir.example)
made=$(post /v1/organisations '{
  "name": {"ar": "جمعية الوادي"}, "legal_form": "association", "sectors": ["education"],
  "admin": {"name": {"ar": "آمنة"}, "email": "admin@wadi.example"}}' "$network")
organisation=$(member id <<< "$made")
invitation=$(member invitation token <<< "$made")
post /v1/auth/invitations/accept "{\"token\": \"$invitation\", \"name\": {\"ar\": \"آمنة\"}, \"password\": \"$password\"}" > /dev/null
admin=$(login admin@wadi.example)
invitation=$(post "/v1/organisations/$organisation/invitations" \
  '{"email": "coordinator@wadi.example", "role": "coordinator", "name": {"ar": "حسن"}}' "$admin" | member token)
post /v1/auth/invitations/accept "{\"token\": \"$invitation\", \"name\": {\"ar\": \"حسن\"}, \"password\": \"$password\"}" > /dev/null

# try WHO TOKEN: what would end the caller's own session is left out.
try() {
  echo "--- as $1"
  (cd "$folder" && schemathesis run "$url/openapi.json" \
    --header "Authorization: Bearer $2" \
    --checks not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,response_schema_conformance \
    --exclude-path /v1/auth/logout --exclude-path /v1/me/password \
    --exclude-path '/v1/me/sessions/{session_id}' --exclude-path /metrics \
    --phases coverage,fuzzing,stateful --max-time "$seconds" --max-examples 200 --seed 7 --workers 1 \
    --request-timeout 10 --suppress-health-check all --warnings off --no-shrink --generation-database none)
}

status=0
try "coordinator" "$(login coordinator@wadi.example)" || status=1
try "network admin" "$(login network@awasir.example)" || status=1
curl -sf "$url/readyz" > /dev/null || { echo "the server is no longer ready" >&2; status=1; }
# What isn't HTTP at all is refused, and logged, before it reaches us.
if grep -E 'ERROR awasir|panicked' "$folder/log"; then
  echo "the server's log has errors" >&2
  status=1
fi
exit "$status"
