#!/usr/bin/env bash
# Reads visits' calendars (RFC 5545) with Python's icalendar: what went in comes out, on the right day, at the
# right hour, and each change after the one before. What is looked at is in visit-calendar.py.
#
#     cargo build && AWASIR_TEST_BIN=target/debug/awasir bash tests/clients/visit-calendar.sh
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

python3 -c 'import icalendar' || { echo "python3 has no icalendar: pip install icalendar" >&2; exit 1; }

. tests/clients/serve.bash

python3 tests/clients/visit-calendar.py "$url" network@awasir.example "$password"
if grep -E 'ERROR awasir|panicked' "$folder/log"; then
  echo "the server's log has errors" >&2
  exit 1
fi
