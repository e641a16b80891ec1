#!/bin/sh
# Production's secrets, made once on the machine that runs it. What exists is never overwritten.
# The folder is closed to everyone else; the files inside are readable because each container has its own user.
set -eu
cd "$(dirname "$0")/.."

folder=deploy/secrets
mkdir -p "$folder"
chmod 700 "$folder"

random() { head -c "$1" /dev/urandom | od -An -tx1 | tr -d ' \n'; }
keep() { # name, value: no newline at the end, it would become part of the secret
	if [ -e "$folder/$1" ]; then echo "kept     $folder/$1"; return; fi
	printf %s "$2" >"$folder/$1"
	chmod 444 "$folder/$1"
	echo "written  $folder/$1"
}

keep secret_key "$(random 40)"
keep second_factor_keys "$(random 40)"
keep postgres_password "$(random 24)"
keep urn_password "$(random 24)"
keep database_url "postgres://weishishi:$(cat "$folder/postgres_password")@postgres:5432/weishishi"
keep urn_database_url "postgres://weishishi_urn:$(cat "$folder/urn_password")@urn:5432/urn"
for name in fullchain.pem privkey.pem; do
	[ -e "$folder/$name" ] || echo "missing  $folder/$name: the certificate of your domain goes there"
done
