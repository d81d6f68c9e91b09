#!/usr/bin/env bash
# Recomputes what partners sign: the canonical form (RFC 8785) and the SHA-256 of every revision of a programme's
# terms, with a library that others wrote. What is looked at is in programme-terms.py.
#
#     cargo build && AWASIR_TEST_BIN=target/debug/awasir bash tests/clients/programme-terms.sh
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

python3 -c 'import rfc8785' || { echo "python3 has no rfc8785: pip install rfc8785" >&2; exit 1; }

. tests/clients/serve.bash

python3 tests/clients/programme-terms.py "$url" network@awasir.example "$password"
if grep -E 'ERROR awasir|panicked' "$folder/log"; then
  echo "the server's log has errors" >&2
  exit 1
fi
