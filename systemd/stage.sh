#!/usr/bin/env bash
# Puts a built latchd together as it is installed: stage.sh DESTINATION [amd64|arm64|armhf]
# Takes the program from dist/ and the production packages from node_modules/ (npm ci, npm run build);
# of native packages only the given architecture's binaries. Uses no network.
set -euo pipefail
umask 022
cd "$(dirname "${BASH_SOURCE[0]}")/.."
destination=${1:?stage.sh DESTINATION [ARCHITECTURE]}
architecture=${2:-$(dpkg --print-architecture)}
case "$architecture" in
  amd64) binaries=linux-x64 ;;
  arm64) binaries=linux-arm64 ;;
  armhf) binaries=linux-arm ;;
  *) echo "stage.sh: there are no binaries for $architecture" >&2; exit 64 ;;
esac
dist=${LATCHD_DIST:-dist}
[ -f "$dist/daemon/main.js" ] || { echo "stage.sh: $dist is not built (npm run build)" >&2; exit 66; }

program="$destination/usr/lib/latchd"
mkdir -p "$program/dist/drivers"
cp package.json LICENSE "$program/"
cp -R "$dist/daemon" "$dist/sync" "$program/dist/"
# The simulated house stays behind: an appliance has real locks.
cp -R "$dist/drivers/zigbee" "$dist"/drivers/*.js "$program/dist/drivers/"

npm ls --omit=dev --all --parseable 2>/dev/null | tail -n +2 | sed "s|^$PWD/||" | sort -u |
  while read -r package; do
    mkdir -p "$program/$(dirname "$package")"
    # A nested package comes along with the one it lies in.
    [ -e "$program/$package" ] || cp -R "$package" "$program/$package"
  done
find "$program/node_modules" -type d -name prebuilds -print0 |
  while IFS= read -r -d '' prebuilds; do
    [ -d "$prebuilds/$binaries" ] ||
      { echo "stage.sh: no $binaries binary in $prebuilds" >&2; exit 65; }
    find "$prebuilds" -mindepth 1 -maxdepth 1 ! -name "$binaries" -exec rm -rf {} +
    find "$prebuilds" -name '*musl*' -delete
  done
# Sources of native packages, types and source maps are for building, not for running.
find "$program/node_modules" -depth \( -name '*.map' -o -name '*.d.ts' -o -name '*.d.mts' \
  -o -name '*.d.cts' -o -name .github -o -name deps -path '*/classic-level/*' \
  -o -name binding.cc -o -name '*.gyp' \) -exec rm -rf {} +

place() { install -D -m "$1" "systemd/$2" "$destination/$3"; }
place 644 latchd.service lib/systemd/system/latchd.service
place 644 latchd.sysusers usr/lib/sysusers.d/latchd.conf
place 644 latchd.tmpfiles usr/lib/tmpfiles.d/latchd.conf
place 644 latchd.rules lib/udev/rules.d/60-latchd.rules
place 644 latchd.yaml usr/share/doc/latchd/latchd.yaml
install -D -m 644 LICENSE "$destination/usr/share/doc/latchd/copyright"
if [ -d docs ]; then cp -R docs/. "$destination/usr/share/doc/latchd/"; fi
mkdir -p "$destination/usr/bin"
ln -sf ../lib/latchd/dist/daemon/main.js "$destination/usr/bin/latchd"
ln -sf ../lib/latchd/dist/daemon/cli/main.js "$destination/usr/bin/latchctl"
chmod 755 "$program/dist/daemon/main.js" "$program/dist/daemon/cli/main.js"
