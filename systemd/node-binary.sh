#!/usr/bin/env bash
# Unpacks the Node.js of an architecture into a folder: node-binary.sh amd64|arm64 FOLDER
# The archive comes from the npm registry and is kept in .build/. Its SHA-512 must be that of node-binaries.txt.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
architecture=${1:?node-binary.sh ARCHITECTURE FOLDER}
folder=${2:?node-binary.sh ARCHITECTURE FOLDER}
read -r _ package version integrity < <(grep "^$architecture " systemd/node-binaries.txt) ||
  { echo "node-binary.sh: there is no Node.js for $architecture" >&2; exit 64; }
archive=".build/$package-$version.tgz"
mkdir -p .build "$folder"
[ -f "$archive" ] || npm pack --silent --pack-destination .build "$package@$version" >/dev/null
found="sha512-$(openssl dgst -sha512 -binary "$archive" | base64 --wrap=0)"
if [ "$found" != "$integrity" ]; then
  echo "node-binary.sh: $archive is not the archive of node-binaries.txt: it was removed" >&2
  rm "$archive"
  exit 65
fi
tar --extract --file "$archive" --directory "$folder" --strip-components=1 --no-same-owner \
  package/bin package/LICENSE package/package.json
