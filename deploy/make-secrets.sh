#!/bin/sh
# Makes ./secrets, once: the keys of Guichet, read from standard input, and passwords drawn at random. Run as root, so that each
# file belongs to the one user who reads it:
#   docker run --rm guichet:0.1.0 node src/cli/main.ts keys new --print | sudo ./make-secrets.sh
set -eu
umask 077
cd "$(dirname "$0")"
if [ -e secrets ]; then
  echo "./secrets is there already and was left as it is: passwords that are lost can be changed, keys that are lost cannot." >&2
  exit 1
fi
draft=$(mktemp -d ./secrets.XXXXXX)
trap 'rm -rf "$draft"' EXIT

drawn() { openssl rand -hex 32; }

cat > "$draft/keys.json"
grep -q '"personal"' "$draft/keys.json" || {
  echo "No keys came on standard input: see the first lines of this script." >&2
  exit 1
}
drawn > "$draft/mongo-root-password"
drawn > "$draft/mongo-guichet-password"
openssl rand -base64 512 > "$draft/mongo-keyfile"
redis=$(drawn)
sed -e "s/MONGO_PASSWORD/$(cat "$draft/mongo-guichet-password")/" -e "s/REDIS_PASSWORD/$redis/" guichet.example.json > "$draft/guichet.json"
# Redis is given what the password hashes to. Guichet's user has its own keys, and may ask how the server is set.
cat > "$draft/redis-users.acl" <<ACL
user default off
user health on nopass -@all +ping
user guichet on #$(printf %s "$redis" | openssl dgst -sha256 -r | cut -d ' ' -f 1) ~guichet:* +@all -@admin -@dangerous +info +config|get
ACL

chmod 400 "$draft"/*
chmod 600 "$draft/guichet.json"
if [ "$(id -u)" = 0 ]; then
  chown 1000:1000 "$draft/keys.json" "$draft/guichet.json"
  chown 999:999 "$draft"/mongo-* "$draft/redis-users.acl"
  chmod 711 "$draft"
else
  echo "Not run as root: give keys.json and guichet.json to user 1000, the others to user 999, or nobody can read them." >&2
fi
mv "$draft" secrets
trap - EXIT
echo "Made in ./secrets. Now complete secrets/guichet.json, and put the certificate's chain and its key in secrets/tls.pem (user 99)."
