#!/bin/sh
# What the tests and checks need from the system: Chromium, a Chinese font, gettext, Pango, and the programs named as
# arguments where the command has the name of its package (wrk).
# Missing ones are installed when we may; otherwise they are named and we stop.
set -eu

missing=""
# The headless shell is Chromium without windows: the same engine at a fraction of the processor time.
command -v "${CHROMIUM:-chromium-headless-shell}" >/dev/null \
	|| missing="$missing chromium-headless-shell"
command -v pdftotext >/dev/null || missing="$missing poppler-utils"
command -v msgfmt >/dev/null || missing="$missing gettext"
command -v fc-list >/dev/null && [ -n "$(fc-list :lang=zh-cn)" ] || missing="$missing fontconfig fonts-noto-cjk"
# What draws PDFs; elsewhere than on Debian the libraries have other names and the page offers the print view.
for library in libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0; do
	! command -v dpkg >/dev/null || dpkg -s "$library" >/dev/null 2>&1 || missing="$missing $library"
done
for program in "$@"; do
	command -v "$program" >/dev/null || missing="$missing $program"
done
[ -z "$missing" ] && exit 0

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
	echo "Installing Debian packages:$missing"
	apt-get update -qq </dev/null
	# shellcheck disable=SC2086
	DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing </dev/null >/dev/null
else
	echo "Please install first (Debian names):$missing" >&2
	exit 1
fi
