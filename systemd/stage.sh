#!/usr/bin/env bash
# Puts a built latchd together as it is installed: stage.sh DESTINATION [amd64|arm64|armhf] [NODE]
# Takes the program from dist/ and the production packages from node_modules/ (npm ci, npm run build);
# of native packages only the given architecture's binaries. NODE is an unpacked Node.js of that
# architecture, which then belongs to the program. Uses no network.
set -euo pipefail
umask 022
export LC_ALL=C
cd "$(dirname "${BASH_SOURCE[0]}")/.."
destination=${1:?stage.sh DESTINATION [ARCHITECTURE] [NODE]}
architecture=${2:-$(dpkg --print-architecture)}
node_folder=${3:-}
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
# A tree with changes has "-dirty" behind the commit; a tree without git has none.
commit=$(git -c safe.directory="$PWD" describe --always --dirty --abbrev=40 --exclude='*' 2>/dev/null || true)

program="$destination/usr/lib/latchd"
documents="$destination/usr/share/doc/latchd"
mkdir -p "$program/dist/drivers" "$documents"
cp package.json LICENSE "$program/"
cp -R "$dist/daemon" "$dist/sync" "$program/dist/"
# The simulated house stays behind: an appliance has real locks.
cp -R "$dist/drivers/zigbee" "$dist"/drivers/*.js "$program/dist/drivers/"
# The page's modules for its unit tests, and source maps, are of a checkout: the daemon does not read them.
rm -rf "$program/dist/daemon/page/src"
find "$program/dist" -name '*.map' -delete

# One pass, without what is of no use at run time: other machines' binaries, types, source maps, tests, and
# the sources of native packages.
release packages > "$destination/packages"
# A nested package comes along with the one that it lies in.
awk -F '\t' '$1 == $2 && (kept == "" || index($1, kept "/") != 1) { kept = $1; print $1 }' "$destination/packages" |
  tar --create \
    --exclude='prebuilds/android-*' --exclude='prebuilds/darwin-*' --exclude='prebuilds/win32-*' \
    --exclude='*musl*.node' --exclude='*.map' --exclude='*.d.ts' --exclude='*.d.mts' \
    --exclude='*.d.cts' --exclude='*/classic-level/deps' --exclude='*.gyp' --exclude='.?*' \
    --exclude='*/slip/GPL-LICENSE.txt' --exclude='*/pino/*.html' \
    --files-from - |
  tar --extract --no-same-owner --directory "$program"
# A package of our own is a link in node_modules.
awk -F '\t' '$1 != $2' "$destination/packages" | while read -r folder installed_as; do
  mkdir -p "$program/$(dirname "$installed_as")"
  cp -R "$folder" "$program/$installed_as"
done
# What packages bring for their own developers.
cut -f 2 "$destination/packages" | while read -r installed_as; do
  for part in test tests benchmark benchmarks integration examples docs; do
    rm -rf "${program:?}/$installed_as/$part"
  done
done
rm "$destination/packages"
find "$program/node_modules" -path '*/prebuilds/linux-*' -prune ! -name "$binaries" -exec rm -rf {} +
find "$program/node_modules" -type d -name prebuilds | while read -r prebuilds; do
  [ -d "$prebuilds/$binaries" ] || { echo "stage.sh: no $binaries binary in $prebuilds" >&2; exit 65; }
done
# Nothing in there is started by a person; files of archives can have any mode.
find "$program/node_modules" -type f -exec chmod 644 {} +

node_version=""
node=/usr/bin/node
if [ -n "$node_folder" ]; then
  node=/usr/lib/latchd/bin/node
  node_version=$(node -p 'JSON.parse(require("fs").readFileSync(process.argv[1], "utf8")).version' "$node_folder/package.json")
  install -D -m 755 "$node_folder/bin/node" "$destination$node"
  install -D -m 644 "$node_folder/LICENSE" "$documents/NODE-LICENSE"
fi

place() { install -D -m "$1" "systemd/$2" "$destination/$3"; }
place 644 latchd.service usr/lib/systemd/system/latchd.service
flags="--no-opt"
[ -z "$node_folder" ] || flags="--no-opt $(sed -n 's/^flags //p' systemd/node-binaries.txt)"
sed -i "s|/usr/bin/node|$node|; s|--no-opt|$flags|" "$destination/usr/lib/systemd/system/latchd.service"
place 644 latchd.sysusers usr/lib/sysusers.d/latchd.conf
place 644 latchd.tmpfiles usr/lib/tmpfiles.d/latchd.conf
place 644 latchd.rules usr/lib/udev/rules.d/60-latchd.rules
# The first settings are made of this one: documents can be left out of an installation.
place 644 latchd.yaml usr/share/latchd/latchd.yaml
place 644 latchd.yaml usr/share/doc/latchd/latchd.yaml

release documents "$documents" ${commit:+--commit "$commit"}
release manuals "$destination/usr/share/man"
for page in "$destination"/usr/share/man/*.[1-8]; do
  install -D -m 644 "$page" "$destination/usr/share/man/man${page##*.}/$(basename "$page")"
  rm "$page"
done
find "$destination/usr/share/man" -type f -exec gzip -9n {} +
for shell in bash zsh; do
  completion="$destination/usr/share/bash-completion/completions/latchctl"
  [ "$shell" = bash ] || completion="$destination/usr/share/zsh/vendor-completions/_latchctl"
  mkdir -p "$(dirname "$completion")"
  node "$dist/daemon/cli/main.js" completion "$shell" > "$completion"
done
release sbom "$documents/latchd.cdx.json" "$program/build.json" \
  ${commit:+--commit "$commit"} ${node_version:+--node "$node_version"}
release notices "$documents/THIRD-PARTY-NOTICES"
release copyright "$documents/copyright" ${node_version:+--node "$node_version"}

mkdir -p "$destination/usr/bin"
ln -sf ../lib/latchd/dist/daemon/main.js "$destination/usr/bin/latchd"
ln -sf ../lib/latchd/dist/daemon/cli/main.js "$destination/usr/bin/latchctl"
for start in "$program/dist/daemon/main.js" "$program/dist/daemon/cli/main.js"; do
  sed -i "1s|^#!.*|#!$node|" "$start"
  chmod 755 "$start"
done
