from accounts.models.access import MoveRight
from accounts.models.attempt import SignInAttempt
from accounts.models.organisation import Location, Organisation
from accounts.models.person import User
from accounts.models.team import Membership, Team, TeamServes
from accounts.models.token import ApiToken

__all__ = [
    "ApiToken",
    "Location",
    "Membership",
    "MoveRight",
    "Organisation",
    "SignInAttempt",
    "Team",
    "TeamServes",
    "User",
]
