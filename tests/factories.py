"""Made records that are valid by default. What a test is about, it says; the rest is left to these."""

from typing import Any

import factory
from django.contrib.auth.models import Group

from accounts.models import Location, Membership, Organisation, Team, TeamServes, User
from accounts.roles import GROUPS, Role, key_of
from cmdb.models import CiClass, ConfigurationItem, Service
from tickets.models import Category

PASSWORD = "a level keel in any weather"


class OrganisationFactory(factory.django.DjangoModelFactory):
    """One of our own organisations, at the top of a tree unless `parent` is given."""

    class Meta:
        model = Organisation

    key = factory.Sequence(lambda n: f"organisation-{n}")
    name = factory.Sequence(lambda n: f"Organisation {n}")


class LocationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Location

    key = factory.Sequence(lambda n: f"location-{n}")
    name = factory.Sequence(lambda n: f"Location {n}")


class UserFactory(factory.django.DjangoModelFactory):
    """A person with the password `PASSWORD`. `roles=Role.AGENT | Role.AUDITOR` and `teams=[desk]` come after saving."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"person-{n}")
    name = factory.Sequence(lambda n: f"Person {n}")
    email = factory.LazyAttribute(lambda person: f"{person.username}@example.org")
    password = factory.django.Password(PASSWORD)

    @factory.post_generation
    def roles(self: Any, create: bool, given: Role | None, **_rest: Any) -> None:
        if create and given:
            names = [key_of(role) for role in GROUPS if role & given]
            self.groups.set(Group.objects.filter(name__in=names))

    @factory.post_generation
    def teams(self: Any, create: bool, given: list[Team] | None, **_rest: Any) -> None:
        for team in given or [] if create else []:
            Membership.objects.create(team=team, user=self)


class TeamFactory(factory.django.DjangoModelFactory):
    """A second-line team. `serves=[organisation]` and `members=[person]` come after saving."""

    class Meta:
        model = Team
        skip_postgeneration_save = True

    key = factory.Sequence(lambda n: f"team-{n}")
    name = factory.Sequence(lambda n: f"Team {n}")

    @factory.post_generation
    def serves(self: Any, create: bool, given: list[Organisation] | None, **_rest: Any) -> None:
        for organisation in given or [] if create else []:
            TeamServes.objects.create(team=self, organisation=organisation)

    @factory.post_generation
    def members(self: Any, create: bool, given: list[User] | None, **_rest: Any) -> None:
        for person in given or [] if create else []:
            Membership.objects.create(team=self, user=person)


class CiClassFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = CiClass
        django_get_or_create = ("key",)

    key = "server"
    name = factory.LazyAttribute(lambda each: each.key.capitalize())


class ConfigurationItemFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = ConfigurationItem

    key = factory.Sequence(lambda n: f"item-{n}")
    name = factory.LazyAttribute(lambda item: item.key)
    ci_class = factory.SubFactory(CiClassFactory)


class ServiceFactory(factory.django.DjangoModelFactory):
    """A service for everybody. `used_by=[organisation]` narrows it."""

    class Meta:
        model = Service
        skip_postgeneration_save = True

    key = factory.Sequence(lambda n: f"service-{n}")
    name = factory.Sequence(lambda n: f"Service {n}")
    ci_class = factory.SubFactory(CiClassFactory, key="service")

    @factory.post_generation
    def used_by(self: Any, create: bool, given: list[Organisation] | None, **_rest: Any) -> None:
        if create and given:
            self.used_by.set(given)


class CategoryFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Category

    key = factory.Sequence(lambda n: f"category-{n}")
    name = factory.Sequence(lambda n: f"Category {n}")
