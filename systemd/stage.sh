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
[ -f "$dist/daemon/page/files.json" ] || echo "stage.sh: the page is not built: this package is without it (npm run build:page)" >&2
[ -f "$dist/systemd/release/main.js" ] || { echo "stage.sh: $dist is of an older tree (npm run build)" >&2; exit 66; }
release() { node "$dist/systemd/release/main.js" "$@"; }

program="$destination/usr/lib/latchd"
mkdir -p "$program/dist/drivers"
cp package.json LICENSE "$program/"
cp -R "$dist/daemon" "$dist/sync" "$program/dist/"
# The simulated house stays behind: an appliance has real locks.
cp -R "$dist/drivers/zigbee" "$dist"/drivers/*.js "$program/dist/drivers/"
# The page's modules for its unit tests, and source maps, are of a checkout: the daemon does not read them.
rm -rf "$program/dist/daemon/page/src"
find "$program/dist" -name '*.map' -delete

# One pass, without what is of no use at run time: other machines' binaries, types, source maps, and
# the sources of native packages.
release packages > "$destination/packages"
# A nested package comes along with the one that it lies in.
awk -F '\t' '$1 == $2 && (kept == "" || index($1, kept "/") != 1) { kept = $1; print $1 }' "$destination/packages" |
  tar --create \
    --exclude='prebuilds/android-*' --exclude='prebuilds/darwin-*' --exclude='prebuilds/win32-*' \
    --exclude='*musl*.node' --exclude='*.map' --exclude='*.d.ts' --exclude='*.d.mts' \
    --exclude='*.d.cts' --exclude='*/classic-level/deps' --exclude='*.gyp' --exclude=.github \
    --exclude='*/slip/GPL-LICENSE.txt' \
    --files-from - |
  tar --extract --no-same-owner --directory "$program"
# A package of our own is a link in node_modules.
awk -F '\t' '$1 != $2' "$destination/packages" | while read -r folder installed_as; do
  mkdir -p "$program/$(dirname "$installed_as")"
  cp -R "$folder" "$program/$installed_as"
done
rm "$destination/packages"
find "$program/node_modules" -path '*/prebuilds/linux-*' -prune ! -name "$binaries" -exec rm -rf {} +
find "$program/node_modules" -type d -name prebuilds | while read -r prebuilds; do
  [ -d "$prebuilds/$binaries" ] || { echo "stage.sh: no $binaries binary in $prebuilds" >&2; exit 65; }
done

place() { install -D -m "$1" "systemd/$2" "$destination/$3"; }
place 644 latchd.service lib/systemd/system/latchd.service
place 644 latchd.sysusers usr/lib/sysusers.d/latchd.conf
place 644 latchd.tmpfiles usr/lib/tmpfiles.d/latchd.conf
place 644 latchd.rules lib/udev/rules.d/60-latchd.rules
place 644 latchd.yaml usr/share/doc/latchd/latchd.yaml
mkdir -p "$destination/usr/share/doc/latchd"
# A tree with changes has "-dirty" behind the commit; a tree without git has none.
commit=$(git -c safe.directory="$PWD" describe --always --dirty --abbrev=40 --exclude='*' 2>/dev/null || true)
release sbom "$destination/usr/share/doc/latchd/latchd.cdx.json" "$program/build.json" ${commit:+--commit "$commit"}
release notices "$destination/usr/share/doc/latchd/THIRD-PARTY-NOTICES"
release copyright "$destination/usr/share/doc/latchd/copyright"
if [ -d docs ]; then cp -R docs/. "$destination/usr/share/doc/latchd/"; fi
mkdir -p "$destination/usr/bin"
ln -sf ../lib/latchd/dist/daemon/main.js "$destination/usr/bin/latchd"
ln -sf ../lib/latchd/dist/daemon/cli/main.js "$destination/usr/bin/latchctl"
chmod 755 "$program/dist/daemon/main.js" "$program/dist/daemon/cli/main.js"
