"""Whom the pages of the configuration are for."""

from accounts.permissions import for_roles
from accounts.roles import READS_DESK
from cmdb.lifecycle import KEEPERS

for_the_desk = for_roles(READS_DESK)
for_keepers = for_roles(KEEPERS)
