#!/usr/bin/env bash
# Makes DejaVuSans-subset.ttf from DejaVu Sans 2.37 (Debian: fonts-dejavu-core). Needs fonttools:
# pip install fonttools
set -euo pipefail
cd "$(dirname "$0")"
pyftsubset "${1:-/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf}" --output-file=DejaVuSans-subset.ttf \
    --unicodes="U+0020-007E,U+00A0-017F,U+0391-03C9,U+2010-2015,U+2018-201F,U+2022,U+2026,U+2032,U+2070-208E,\
U+2113,U+2190-2193,U+21D2,U+2202,U+2206,U+220F,U+2211,U+2212,U+2213,U+221A,U+221E,U+222B,U+2248,U+2260,U+2264,\
U+2265,U+2016,U+2225,U+2A7D,U+25A0-25A1,U+25B2,U+25BC,U+25C6,U+25CF,U+2223,U+230A,U+230B,U+2308,U+2309,U+FFFD" \
    --layout-features='' --no-hinting --drop-tables+=GPOS,GSUB,GDEF,kern,FFTM,gasp,fpgm,prep,cvt \
    --name-IDs='0,1,2,3,4,6,13,14' --no-glyph-names
