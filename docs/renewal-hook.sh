#!/bin/sh
# A deploy hook for certbot. It copies this server's certificate to Atrium, which
# serves it to new connections without a restart. As root:
#
#   install -m 755 docs/renewal-hook.sh /etc/letsencrypt/renewal-hooks/deploy/atrium
#
# Set the certificate's name below, as "certbot certificates" shows it. Then copy
# the present certificate:
#
#   /etc/letsencrypt/renewal-hooks/deploy/atrium
#
# From then on, certbot runs the hook after every renewal; certificates of other
# services are ignored.
set -eu

certificate=meet.example

lineage=/etc/letsencrypt/live/$certificate
tls=/etc/atrium/tls

if [ ! -e "$lineage/fullchain.pem" ]; then
  echo "$0: expected a certificate in $lineage, found none; set its name in this file" >&2
  exit 1
fi
if [ "${RENEWED_LINEAGE:-$lineage}" != "$lineage" ]; then
  exit 0
fi

# The service can read the files but not change them. They are moved into place so
# that it never reads a partial file.
for file in privkey.pem fullchain.pem; do
  install -o root -g atrium -m 640 "$lineage/$file" "$tls/$file.new"
done
for file in privkey.pem fullchain.pem; do
  mv -f "$tls/$file.new" "$tls/$file"
done
