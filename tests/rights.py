"""Users who may do what the scopes of their tokens are for, and those tokens: the one place where tests make them."""

from django.contrib.auth.models import Group, User

from relations import ledger
from relations.ledger.rights import roles_of
from relations.models import ApiToken


def entitle(user: User, *scopes: str) -> User:
    """Gives the user what `manage token` gives one that it makes: staff status and the groups of the scopes."""
    groups = [role.group for role in roles_of(scopes)]
    if groups:
        user.is_staff = True
        user.save(update_fields=["is_staff"])
        user.groups.add(*Group.objects.filter(name__in=groups))
    return user


def token_of(user: User, *scopes: str) -> tuple[ApiToken, str]:
    """A token whose user has the rights for it; for one without, ask the ledger itself."""
    return ledger.issue_token(entitle(user, *scopes), name="test", scopes=scopes)
