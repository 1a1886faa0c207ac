#!/usr/bin/env bash
# Builds Debian packages: build-deb.sh [-o FOLDER] [PACKAGE…]. A PACKAGE is an architecture (amd64, arm64,
# armhf) for latchd, which uses the system's Node.js, or node:amd64 or node:arm64 for latchd-node, which
# brings its own. Without one, all five. Needs dpkg-deb, a built dist/ and node_modules/ as npm ci leaves it.
# Uses no network but for the Node.js of latchd-node, once. The same tree gives the same bytes.
set -euo pipefail
umask 022
export LC_ALL=C TZ=UTC
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
cd "$here/.."
output=dist/deb
if [ "${1:-}" = -o ]; then output=${2:?a folder}; shift 2; fi
[ "$#" -gt 0 ] || set -- amd64 arm64 armhf node:amd64 node:arm64
version=$(node -p 'JSON.parse(require("fs").readFileSync("package.json", "utf8")).version')
# The newest form of the store that this version knows.
schema=$(node "${LATCHD_DIST:-dist}/daemon/main.js" --version --json | sed -n 's/.*"schema":\([0-9]*\).*/\1/p')
[ -n "$schema" ] || { echo "build-deb.sh: the program does not name its schema" >&2; exit 65; }
# Files get the time of the commit that they are made of.
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git -c safe.directory="$PWD" log -1 --format=%ct 2>/dev/null || date +%s)}
export SOURCE_DATE_EPOCH
mkdir -p "$output"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Prints the packages that hold the C and C++ libraries, in the versions that the binaries of a tree need.
libraries() {
  find "$1" -type f \( -name '*.node' -o -path '*/bin/node' \) -print0 |
    xargs -0 cat | grep -aoE 'GLIBC_2\.[0-9]+|GLIBCXX_3\.4\.[0-9]+' | sort -uV > "$work/symbols"
  glibc=$(grep '^GLIBC_' "$work/symbols" | tail -n 1)
  glibcxx=$(grep '^GLIBCXX_' "$work/symbols" | tail -n 1)
  # https://gcc.gnu.org/onlinedocs/libstdc++/manual/abi.html
  case "${glibcxx##*.}" in
    [0-9] | 1[0-9] | 2[01]) gcc=5 ;;
    2[2-9]) gcc=11 ;;
    30) gcc=12 ;;
    *) echo "build-deb.sh: which libstdc++6 has $glibcxx?" >&2; return 1 ;;
  esac
  printf 'libc6 (>= %s), libgcc-s1, libstdc++6 (>= %s)' "${glibc#GLIBC_}" "$gcc"
}

control() {
  local name=$1 other=$2 architecture=$3 needs=$4
  cat <<CONTROL
Package: $name
Version: $version
Architecture: $architecture
Maintainer: The latchd authors <${LATCHD_MAINTAINER:-maintainers@latchd.invalid}>
Installed-Size: $(du -sk --apparent-size --exclude=DEBIAN "$tree" | cut -f1)
Depends: $needs, adduser, init-system-helpers (>= 1.52)
Recommends: tzdata, udev
Conflicts: $other
Replaces: $other
CONTROL
  [ "$name" = latchd ] || echo "Provides: latchd (= $version)"
  cat <<CONTROL
Section: net
Priority: optional
Description: $5
 Pairs locks over a TI CC2652 stick, keeps their passwords and time windows in a
 store of its own, enforces them with or without the cloud and synchronises with
 it over MQTT.
 .
 $6
CONTROL
}

changelog() {
  printf '%s (%s) stable; urgency=medium\n\n  * Release %s. What changed is in /usr/share/doc/latchd/CHANGELOG.md.\n\n' \
    "$1" "$version" "$version"
  printf ' -- The latchd authors <%s>  %s\n' "${LATCHD_MAINTAINER:-maintainers@latchd.invalid}" \
    "$(date --utc --rfc-email --date="@$SOURCE_DATE_EPOCH")"
}

for package in "$@"; do
  architecture=${package#node:}
  tree="$work/tree"
  mkdir -p "$tree/DEBIAN"
  if [ "$package" = "$architecture" ]; then
    name=latchd other=latchd-node node=""
    summary="Zigbee lock gateway"
    about="This package uses the Node.js of the system. latchd-node brings its own."
  else
    name=latchd-node other=latchd node="$work/node"
    bash "$here/node-binary.sh" "$architecture" "$node"
    summary="Zigbee lock gateway, with its own Node.js"
    about="This package brings its own Node.js, for systems whose Node.js is too old."
  fi
  bash "$here/stage.sh" "$tree" "$architecture" ${node:+"$node"}
  documents="$tree/usr/share/doc/$name"
  if [ "$name" != latchd ]; then
    mkdir -p "$documents"
    mv "$tree/usr/share/doc/latchd/copyright" "$documents/copyright"
  fi
  changelog "$name" | gzip -9n > "$documents/changelog.gz"
  install -D -m 644 "$here/debian/$name.lintian-overrides" "$tree/usr/share/lintian/overrides/$name"
  fill() { sed "s/@OTHER@/$other/g; s/@VERSION@/$version/g; s/@SCHEMA@/$schema/g" "$here/debian/$1" > "$2"; }
  for script in preinst postinst prerm postrm; do
    fill "$script" "$tree/DEBIAN/$script"
    chmod 755 "$tree/DEBIAN/$script"
  done
  fill upgrade "$tree/usr/share/latchd/upgrade"
  chmod 755 "$tree/usr/share/latchd/upgrade"
  install -m 644 "$here/debian/latchd-upgrade.service" "$tree/usr/lib/systemd/system/"
  install -D -m 644 -t "$tree/usr/share/doc/latchd/examples" "$here/debian/examples/"*
  needs=$(libraries "$tree/usr/lib/latchd")
  [ -n "$node" ] || needs="$needs, nodejs (>= 20.19)"
  control "$name" "$other" "$architecture" "$needs" "$summary" "$about" > "$tree/DEBIAN/control"
  (cd "$tree" && find usr -type f -print0 | sort -z | xargs -0 md5sum > DEBIAN/md5sums)
  cp "$tree/usr/share/doc/latchd/latchd.cdx.json" "$output/${name}_${version}_${architecture}.cdx.json"
  find "$tree" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
  dpkg-deb --root-owner-group --threads-max=1 -Zxz -z"${LATCHD_XZ_LEVEL:-6}" \
    --build "$tree" "$output/${name}_${version}_${architecture}.deb"
  rm -rf "$tree" "$work/node"
done
