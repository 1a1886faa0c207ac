#!/usr/bin/env bash
# Builds Debian packages: build-deb.sh [-o FOLDER] [ARCHITECTURE…]; all three without arguments.
# Needs dpkg-deb, a built dist/ and node_modules/ as npm ci leaves it. Uses no network.
set -euo pipefail
umask 022
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
cd "$here/.."
output=dist/deb
if [ "${1:-}" = -o ]; then output=${2:?a folder}; shift 2; fi
[ "$#" -gt 0 ] || set -- amd64 arm64 armhf
version=$(node -p 'require("./package.json").version')
mkdir -p "$output"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

for architecture in "$@"; do
  tree="$work/$architecture"
  mkdir -p "$tree/DEBIAN"
  bash "$here/stage.sh" "$tree" "$architecture"
  install -m 755 "$here/debian/postinst" "$here/debian/prerm" "$here/debian/postrm" "$tree/DEBIAN/"
  cat > "$tree/DEBIAN/control" <<CONTROL
Package: latchd
Version: $version
Architecture: $architecture
Maintainer: latchd <latchd@localhost>
Section: net
Priority: optional
Depends: nodejs (>= 20.19), perl-base, adduser | systemd
Recommends: udev, tzdata
Installed-Size: $(du -sk --exclude=DEBIAN "$tree" | cut -f1)
Description: Zigbee lock gateway
 Pairs locks over a TI CC2652 stick, keeps their passwords and time windows in a
 store of its own, enforces them with or without the cloud and synchronises with
 it over MQTT.
CONTROL
  find "$tree" -newermt "@${SOURCE_DATE_EPOCH:-$(date +%s)}" -exec \
    touch -h -d "@${SOURCE_DATE_EPOCH:-$(date +%s)}" {} +
  dpkg-deb --root-owner-group -Zxz -z1 --build "$tree" "$output/latchd_${version}_${architecture}.deb"
  rm -rf "$tree"
done
