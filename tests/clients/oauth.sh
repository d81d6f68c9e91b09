#!/usr/bin/env bash
# Gets tokens, looks at them and ends them with OAuth 2.0 clients that others wrote: authlib, requests-oauthlib and
# PyJWT. What is looked at is in oauth.py.
#
#     cargo build && AWASIR_TEST_BIN=target/debug/awasir bash tests/clients/oauth.sh
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

python3 -c 'import authlib, jwt, requests_oauthlib' \
  || { echo "python3 lacks a client: pip install authlib requests-oauthlib 'pyjwt[crypto]'" >&2; exit 1; }

. tests/clients/serve.bash

# They ask for TLS; between a client and a server on one machine there is none.
export AUTHLIB_INSECURE_TRANSPORT=1 OAUTHLIB_INSECURE_TRANSPORT=1
AWASIR_TEST_BIN=$binary python3 tests/clients/oauth.py "$url" network@awasir.example "$password"
if grep -E 'ERROR awasir|panicked' "$folder/log"; then
  echo "the server's log has errors" >&2
  exit 1
fi
