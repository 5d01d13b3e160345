#!/bin/sh
# A deploy hook for certbot. It hands the certificate of this server to Atrium,
# which serves it to new connections without a restart. As root:
#
#   install -m 755 docs/renewal-hook.sh /etc/letsencrypt/renewal-hooks/deploy/atrium
#
# Name the certificate there, in the line below, as "certbot certificates" calls
# it. Then hand over the one that there is:
#
#   /etc/letsencrypt/renewal-hooks/deploy/atrium
#
# From then on, certbot runs the hook after the renewal of any certificate, and
# those of other services are left alone.
set -eu

certificate=meet.example

lineage=/etc/letsencrypt/live/$certificate
tls=/etc/atrium/tls

if [ ! -e "$lineage/fullchain.pem" ]; then
  echo "$0: expected a certificate in $lineage, found none; name yours in this file" >&2
  exit 1
fi
if [ "${RENEWED_LINEAGE:-$lineage}" != "$lineage" ]; then
  exit 0
fi

# The service reads the files and cannot change them. Nobody sees them by half.
for file in privkey.pem fullchain.pem; do
  install -o root -g atrium -m 640 "$lineage/$file" "$tls/$file.new"
done
for file in privkey.pem fullchain.pem; do
  mv -f "$tls/$file.new" "$tls/$file"
done
