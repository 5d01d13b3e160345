#!/bin/sh
# Starts coturn with the secret and the address added to its configuration: it
# reads no secret from a file of its own, and arguments are for all to see.
set -eu

umask 077
{
  cat /etc/coturn/turnserver.conf
  echo "static-auth-secret=$(cat /run/secrets/turn_secret)"
  echo "external-ip=$ANNOUNCED_ADDRESS"
  echo "allowed-peer-ip=$ANNOUNCED_ADDRESS"
} >/tmp/turnserver.conf
exec turnserver -c /tmp/turnserver.conf
