#!/usr/bin/env bash
# Installs a built latchd on Debian or Raspberry Pi OS, or upgrades it; run again, it changes nothing
# that is right already. A new program that does not become healthy is rolled back to the one before.
#
#   sudo bash systemd/install.sh             install or upgrade
#   sudo bash systemd/install.sh uninstall   take the program away; keys and records stay
#   sudo bash systemd/install.sh purge       remove everything: the locks must be paired again
#
# With DESTDIR set the files go there and no service is touched. Each version lies in
# /usr/lib/latchd-versions; /usr/lib/latchd is a link to the one that runs, two are kept.
set -euo pipefail
umask 022
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
root="${DESTDIR:-}"
versions="$root/usr/lib/latchd-versions"
link="$root/usr/lib/latchd"
healthy_within_s=${LATCHD_HEALTHY_WITHIN_S:-60}

say() { printf 'latchd: %s\n' "$*"; }
fail() { printf 'latchd: %s\n' "$*" >&2; exit 1; }
has_services() { [ -z "$root" ] && [ -d /run/systemd/system ]; }

requirements() {
  [ -n "$root" ] || [ "$(id -u)" -eq 0 ] || fail "run it as root (sudo)"
  [ -n "$root" ] || ! dpkg-query -W -f '${Status}\n' latchd latchd-node 2>/dev/null | grep -q ' installed' ||
    fail "latchd is installed as a Debian package: upgrade with apt, or remove that first"
  command -v perl >/dev/null || fail "perl is missing (apt install perl-base)"
  [ -x /usr/bin/node ] || fail "/usr/bin/node is missing: install Node.js 20.19 or newer"
  /usr/bin/node -e '
    const [major, minor] = process.versions.node.split(".").map(Number);
    process.exit(major > 20 || (major === 20 && minor >= 19) ? 0 : 1)' ||
    fail "Node.js 20.19 or newer is needed, there is $(/usr/bin/node --version)"
}

# The link is replaced by a rename: there is a whole program at every moment.
point_to() {
  ln -s "latchd-versions/$1" "$link.new"
  mv -T "$link.new" "$link"
}

is_healthy() {
  for _ in $(seq "$healthy_within_s"); do
    # The daemon reports READY when the store is verified and the windows are armed.
    if systemctl is-active --quiet latchd.service; then return 0; fi
    sleep 1
  done
  return 1
}

install_program() {
  requirements
  stage=$(mktemp -d)
  trap 'rm -rf "$stage"' EXIT
  bash "$here/stage.sh" "$stage"
  mkdir -p "$versions" "$root/usr/bin" "$root/etc/latchd" "$root/var/lib/latchd"
  chmod 750 "$root/etc/latchd"
  chmod 700 "$root/var/lib/latchd"
  # Named by content: the same program installed twice is one version.
  sum=$(cd "$stage/usr/lib/latchd" && find . -type f -print0 | sort -z | xargs -0 sha256sum | sha256sum | cut -c1-12)
  new="$(/usr/bin/node -p 'require(process.argv[1]).version' "$stage/usr/lib/latchd/package.json")-$sum"
  old=""
  if [ -L "$link" ]; then old=$(basename "$(readlink "$link")"); fi
  if [ ! -d "$versions/$new" ]; then
    rm -rf "$versions/$new.part"
    cp -R "$stage/usr/lib/latchd" "$versions/$new.part"
    sync -f "$versions/$new.part"
    mv "$versions/$new.part" "$versions/$new"
  fi
  (cd "$stage" && find usr/lib/systemd usr/lib/udev usr/lib/sysusers.d usr/lib/tmpfiles.d usr/share -type f -print0) |
    while IFS= read -r -d '' file; do install -D -m 644 "$stage/$file" "$root/$file"; done
  ln -sf ../lib/latchd/dist/daemon/main.js "$root/usr/bin/latchd"
  ln -sf ../lib/latchd/dist/daemon/cli/main.js "$root/usr/bin/latchctl"
  [ -e "$root/etc/latchd/latchd.yaml" ] ||
    install -m 640 "$stage/usr/share/latchd/latchd.yaml" "$root/etc/latchd/latchd.yaml"
  if [ -z "$root" ]; then
    systemd-sysusers latchd.conf
    systemd-tmpfiles --create latchd.conf
    chown root:latchd /etc/latchd /etc/latchd/latchd.yaml
  fi
  point_to "$new"
  if has_services; then start_or_roll_back "$new" "$old"; fi
  # The version that runs and the one before stay.
  find "$versions" -mindepth 1 -maxdepth 1 ! -name "$new" ! -name "${old:-$new}" -exec rm -rf {} +
  say "installed $new"
}

start_or_roll_back() {
  if command -v udevadm >/dev/null; then
    udevadm control --reload || true
    udevadm trigger --subsystem-match=tty || true
  fi
  systemctl daemon-reload
  systemctl enable --quiet latchd.service
  systemctl restart latchd.service || true
  if is_healthy; then return; fi
  journalctl -u latchd.service -n 20 --no-pager >&2 || true
  if [ -z "$2" ] || [ "$2" = "$1" ]; then
    fail "the daemon does not start; its last log lines are above"
  fi
  point_to "$2"
  systemctl restart latchd.service || true
  is_healthy || fail "neither $1 nor $2 starts; the last log lines of $1 are above"
  fail "$1 did not become healthy and was rolled back to $2; its last log lines are above"
}

uninstall_program() {
  if has_services; then systemctl disable --now latchd.service || true; fi
  rm -rf "$link" "$versions" "$root/usr/share/doc/latchd" "$root/usr/share/latchd"
  rm -f "$root/usr/bin/latchd" "$root/usr/bin/latchctl" "$root/usr/lib/systemd/system/latchd.service" \
    "$root/usr/lib/sysusers.d/latchd.conf" "$root/usr/lib/tmpfiles.d/latchd.conf" \
    "$root/usr/lib/udev/rules.d/60-latchd.rules" "$root/usr/share/man/man8/latchd.8.gz" \
    "$root/usr/share/man/man1/latchctl.1.gz" "$root/usr/share/man/man5/latchd.yaml.5.gz" \
    "$root/usr/share/bash-completion/completions/latchctl" \
    "$root/usr/share/zsh/vendor-completions/_latchctl"
  if has_services; then systemctl daemon-reload; fi
}

case "${1:-install}" in
  install) install_program ;;
  uninstall)
    uninstall_program
    say "removed; keys and records stay in /var/lib/latchd, settings in /etc/latchd" ;;
  purge)
    uninstall_program
    rm -rf "$root/var/lib/latchd" "$root/var/lib/latchd-witness" "$root/var/lib/latchd-root" "$root/etc/latchd"
    if [ -z "$root" ] && getent passwd latchd >/dev/null; then userdel latchd; fi
    say "removed with its keys and records" ;;
  *) fail "what is ${1}? install, uninstall or purge" ;;
esac
