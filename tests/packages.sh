#!/usr/bin/env bash
# Make sure that the Debian packages of the tests are there: install them as root, else say what to type.
set -eu
missing=()
[ -x "${CHROMIUM:-/usr/bin/chromium}" ] || missing+=(chromium)
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || missing+=(postgresql)
command -v certutil >/dev/null || missing+=(libnss3-tools)
command -v strace >/dev/null || missing+=(strace)
[ -e /usr/share/fonts/truetype/dejavu/DejaVuSans.ttf ] || missing+=(fonts-dejavu-core)
if [ "${1:-}" = --soak ]; then
  command -v Rscript >/dev/null && Rscript -e 'quit(status = !requireNamespace("survey", quietly = TRUE))' >/dev/null 2>&1 \
    || missing+=(r-cran-survey)
  command -v Rscript >/dev/null && Rscript -e 'quit(status = !requireNamespace("ggplot2", quietly = TRUE))' >/dev/null 2>&1 \
    || missing+=(r-cran-ggplot2)
  command -v Rscript >/dev/null && Rscript -e 'quit(status = !requireNamespace("haven", quietly = TRUE))' >/dev/null 2>&1 \
    || missing+=(r-cran-haven)
  command -v pspp >/dev/null || missing+=(pspp)
  command -v soffice >/dev/null && ls /usr/lib/libreoffice/program/libswlo.so >/dev/null 2>&1 \
    || missing+=(libreoffice-writer-nogui)
fi
[ ${#missing[@]} -eq 0 ] && exit 0
line="apt-get install -y --no-install-recommends ${missing[*]}"
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "Installing packages of the tests: ${missing[*]}"
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive $line >/dev/null
else
  echo "The tests need packages of Debian. Type: sudo $line" >&2
  exit 1
fi
