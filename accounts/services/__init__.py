"""Everything that changes people, teams, organisations, rights and tokens."""

from accounts.services.organisation import create_location, create_organisation, edit_location, edit_organisation
from accounts.services.person import (
    create_person,
    deactivate_person,
    edit_person,
    edit_profile,
    end_sessions,
    reactivate_person,
    set_deputy,
    set_roles,
)
from accounts.services.rights import change_move_rights, reset_move_rights, set_move_right
from accounts.services.team import add_member, create_team, edit_team, remove_member, set_members, set_serves
from accounts.services.token import create_token, revoke_token

__all__ = [
    "add_member",
    "change_move_rights",
    "create_location",
    "create_organisation",
    "create_person",
    "create_team",
    "create_token",
    "deactivate_person",
    "edit_location",
    "edit_organisation",
    "edit_person",
    "edit_profile",
    "edit_team",
    "end_sessions",
    "reactivate_person",
    "remove_member",
    "reset_move_rights",
    "revoke_token",
    "set_deputy",
    "set_members",
    "set_move_right",
    "set_roles",
    "set_serves",
]
