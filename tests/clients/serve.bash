# For the scripts beside it, which source it: the built server (AWASIR_TEST_BIN) on a port of its own, with a
# database of its own and a network's admin, network@awasir.example; stopped and removed when the script ends.
# Sets url, folder (with the server's log) and password.

binary=${AWASIR_TEST_BIN:-target/debug/awasir}
folder=$(mktemp -d)
server=
trap '[[ -z $server ]] || { kill "$server" && wait "$server"; } 2> /dev/null || true; rm -rf "$folder"' EXIT

port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
url=http://127.0.0.1:$port
export AWASIR_DATA_DIR=$folder AWASIR_LISTEN=127.0.0.1:$port AWASIR_PUBLIC_URL=$url AWASIR_RATE_LIMIT=off
export AWASIR_ACCESS_TOKEN_SECONDS=3600 AWASIR_ARGON2_MEMORY_KIB=7168 AWASIR_ARGON2_ITERATIONS=1 AWASIR_LOG=warn
readonly password='سبع سنابل خضر'

printf '%s\n' "$password" | "$binary" create-admin --email network@awasir.example --password-stdin > /dev/null
"$binary" serve > "$folder/log" 2>&1 &
server=$!
for _ in $(seq 100); do
  curl -sf "$url/readyz" > /dev/null && break
  kill -0 "$server" 2> /dev/null || { cat "$folder/log" >&2; exit 1; }
  sleep 0.1
done
