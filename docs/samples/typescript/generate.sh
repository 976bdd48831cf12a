#!/bin/sh
# Makes recops.d.ts from the OpenAPI document, and notes which document it was.
set -eu
cd "$(dirname "$0")"
document=../../openapi/v1.json
npx --yes openapi-typescript@7.13.0 "$document" --output recops.d.ts
printf '// Made from v1.json, sha256 %s.\n' "$(sha256sum "$document" | cut -d ' ' -f 1)" | cat - recops.d.ts > recops.tmp
mv recops.tmp recops.d.ts
