#!/bin/bash
# Starts Cassandra with passwords and permissions, which its image leaves off.
set -euo pipefail
sed -i -e 's/^authenticator: .*/authenticator: PasswordAuthenticator/' -e 's/^authorizer: .*/authorizer: CassandraAuthorizer/' /etc/cassandra/cassandra.yaml
exec docker-entrypoint.sh cassandra -f
