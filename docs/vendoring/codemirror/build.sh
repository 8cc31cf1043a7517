#!/bin/sh
# Makes newsletter/web/studio/vendor/codemirror-VERSION.min.js anew: every package at the version that package.json names.
# Run it in a copy of this folder; npm and a registry of your choice are needed here and nowhere else.
set -eu
npm install --no-audit --no-fund --no-package-lock --ignore-scripts
./node_modules/.bin/esbuild entry.js --bundle --minify --format=iife --global-name=CodeMirror --target=es2020 \
  --legal-comments=none --charset=utf8 --outfile=codemirror.min.js
sha256sum codemirror.min.js
