#!/usr/bin/env bash
# Writes SHA256SUMS of the packages and bills of materials in a folder, and signs it: checksums.sh [FOLDER] [KEY]
# KEY names a secret key of the caller's gpg, such as its fingerprint. Without it nothing is signed.
# Whoever has the packages checks them with: gpg --verify SHA256SUMS.asc SHA256SUMS && sha256sum --check SHA256SUMS
set -euo pipefail
cd "${1:-dist/deb}"
shopt -s nullglob
files=(*.deb *.cdx.json)
[ "${#files[@]}" -gt 0 ] || { echo "checksums.sh: there is no package in $PWD (npm run deb)" >&2; exit 66; }
rm -f SHA256SUMS.asc
sha256sum "${files[@]}" > SHA256SUMS
if [ -n "${2:-}" ]; then
  gpg --batch --yes --armor --local-user "$2" --output SHA256SUMS.asc --detach-sign SHA256SUMS
else
  echo "checksums.sh: no key was given: SHA256SUMS is not signed" >&2
fi
