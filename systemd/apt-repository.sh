#!/usr/bin/env bash
# Makes or updates a signed apt repository of the built packages; --help says how.
set -euo pipefail
umask 022
export LC_ALL=C.UTF-8
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
cd "$here/.."

usage() {
  cat <<'TEXT'
Usage: npm run apt-repository -- --key KEY [options]

Makes a signed apt repository of the built packages (npm run deb), or adds newer
ones to it. Run again with the same packages it changes nothing. Needs reprepro
and gpg (apt install reprepro gnupg).

  --key KEY        the secret key that signs: its fingerprint or its address, as
                   gpg finds it in its home (GNUPGHOME). It never gets into the
                   repository; the public key does, as latchd.asc
  --packages DIR   where the packages lie          (default: dist/deb)
  --output DIR     where the repository is made    (default: dist/apt)
  --suite NAME     what gateways name as Suites    (default: stable)
  -h, --help       shows this text

DIR/public is what a web server gives out, by any address; what lies beside it
stays with you and is needed to add versions. The repository has one version of
each package, the newest that was added: a gateway keeps the version before it
itself and goes back to it if the new one does not work (docs/updates.md).

A version that is there already with other bytes is refused: raise the version.
TEXT
}
fail() { echo "apt-repository.sh: $2" >&2; exit "$1"; }

key="" packages=dist/deb output=dist/apt suite=stable
while [ "$#" -gt 0 ]; do
  case "$1" in
    --key | --packages | --output | --suite)
      [ "$#" -ge 2 ] || fail 64 "$1 needs a value (--help)"
      printf -v "${1#--}" %s "$2"
      shift 2 ;;
    -h | --help) usage; exit 0 ;;
    *) fail 64 "what is $1? (--help)" ;;
  esac
done
[ -n "$key" ] || fail 64 "name the key that signs: --key KEY. Nothing was made; an unsigned repository is of no use"
[[ "$suite" =~ ^[a-z0-9.-]+$ ]] || fail 64 "--suite $suite is no name of a suite"
for program in reprepro gpg; do
  command -v "$program" >/dev/null || fail 69 "$program is missing (apt install reprepro gnupg)"
done
fingerprint=$(gpg --batch --with-colons --list-secret-keys -- "$key" 2>/dev/null |
  awk -F: '$1 == "fpr" && !found { found = 1; print $10 }' || true)
[ -n "$fingerprint" ] ||
  fail 66 "gpg has no secret key $key in ${GNUPGHOME:-$HOME/.gnupg}. Make one with gpg --quick-generate-key, or set GNUPGHOME"
shopt -s nullglob
files=("$packages"/*.deb)
[ "${#files[@]}" -gt 0 ] || fail 66 "there is no package in $packages (npm run deb)"

mkdir -p "$output/reprepro/conf" "$output/public"
output=$(cd "$output" && pwd)
cat > "$output/reprepro/conf/distributions" <<CONF
Origin: latchd
Label: latchd
Suite: $suite
Codename: $suite
Architectures: amd64 arm64 armhf
Components: main
Description: Zigbee lock gateway
SignWith: $fingerprint
CONF
for file in "${files[@]}"; do
  reprepro --silent --basedir "$output/reprepro" --outdir "$output/public" includedeb "$suite" "$file" ||
    fail 65 "$(basename "$file") was not added: the lines above say why"
done
# A key that is new, or whose end was moved, must get into the signature too.
reprepro --silent --basedir "$output/reprepro" --outdir "$output/public" export "$suite"
gpg --batch --armor --export "$fingerprint" > "$output/public/latchd.asc"
echo "$output/public is signed by $fingerprint and has:"
reprepro --basedir "$output/reprepro" --outdir "$output/public" list "$suite"
