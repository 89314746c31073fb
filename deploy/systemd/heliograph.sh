#!/bin/sh
# The program's commands as the service runs it: by its user, with its settings and its token. For root, as
# /usr/local/bin/heliograph: `heliograph doctor`, `heliograph backup FILE`. FILE must be where that user may write.
set -eu
exec systemd-run --quiet --collect --wait --pipe \
	--property=User=heliograph \
	--property=Group=heliograph \
	--property=UMask=0077 \
	--property=WorkingDirectory="-$PWD" \
	--property=LoadCredential=token:/etc/heliograph/token \
	--property=EnvironmentFile=-/etc/heliograph/environment \
	--setenv=HELIOGRAPH_DATA=/var/lib/heliograph \
	--setenv=HELIOGRAPH_CONTENT=/var/lib/heliograph/content \
	/bin/sh -c 'HELIOGRAPH_TOKEN_FILE=$CREDENTIALS_DIRECTORY/token exec /opt/heliograph/bin/heliograph "$@"' sh "$@"
