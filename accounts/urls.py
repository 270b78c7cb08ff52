from django.urls import include, path

from accounts.views import audit, directory, operations, organisations, people, profile, rights, sign_in, teams, tokens

administration = [
    path("", audit.administration, name="administration"),
    path("people/", people.people, name="administration-people"),
    path("people.csv", people.people_csv, name="administration-people-csv"),
    path("people/new/", people.person_new, name="administration-person-new"),
    path("people/<str:username>/", people.person_edit, name="administration-person"),
    path("people/<str:username>/deactivate/", people.person_deactivate, name="administration-person-deactivate"),
    path("people/<str:username>/reactivate/", people.person_reactivate, name="administration-person-reactivate"),
    path("people/<str:username>/password/", people.person_password_link, name="administration-person-password"),
    path("organisations/", organisations.organisations, name="administration-organisations"),
    path("organisations/new/", organisations.organisation_new, name="administration-organisation-new"),
    path("organisations/<slug:key>/edit/", organisations.organisation_edit, name="administration-organisation"),
    path("locations/", organisations.locations, name="administration-locations"),
    path("locations/new/", organisations.location_new, name="administration-location-new"),
    path("locations/<slug:key>/edit/", organisations.location_edit, name="administration-location"),
    path("teams/", teams.teams, name="administration-teams"),
    path("teams/new/", teams.team_new, name="administration-team-new"),
    path("teams/<slug:key>/edit/", teams.team_edit, name="administration-team"),
    path("teams/<slug:key>/members/", teams.team_member_add, name="administration-team-member-add"),
    path(
        "teams/<slug:key>/members/<str:username>/remove/",
        teams.team_member_remove,
        name="administration-team-member-remove",
    ),
    path(
        "teams/<slug:key>/members/<str:username>/return/",
        teams.team_member_return,
        name="administration-team-member-return",
    ),
    path("roles/", rights.roles, name="administration-roles"),
    path("move-rights/", rights.move_rights_first, name="administration-move-rights-first"),
    path("move-rights/<slug:kind>/", rights.move_rights, name="administration-move-rights"),
    path("move-rights/<slug:kind>/reset/", rights.move_rights_reset, name="administration-move-rights-reset"),
    path("integrations/", tokens.integrations, name="administration-integrations"),
    path("integrations/new/", tokens.integration_token_new, name="administration-integration-token-new"),
    path(
        "integrations/<slug:key>/revoke/",
        tokens.integration_token_revoke,
        name="administration-integration-token-revoke",
    ),
    path("operations/", operations.operations, name="administration-operations"),
    path("operations/back-up/", operations.back_up_now, name="administration-back-up"),
    path("operations/test-restore/", operations.test_restore_now, name="administration-test-restore"),
    path("audit/", audit.audit, name="administration-audit"),
]

urlpatterns = [
    path("accounts/", include("accounts.allauth_urls")),
    path("sign-in/as/", sign_in.demo_sign_in, name="demo-sign-in"),
    path("administration/", include(administration)),
    path("profile/", profile.profile, name="profile"),
    path("profile/deputy/", profile.deputy, name="profile-deputy"),
    path("profile/sign-out-elsewhere/", profile.sign_out_elsewhere, name="profile-sign-out-elsewhere"),
    path("profile/tokens/", tokens.own_tokens, name="profile-tokens"),
    path("profile/tokens/new/", tokens.own_token_new, name="profile-token-new"),
    path("profile/tokens/<slug:key>/revoke/", tokens.own_token_revoke, name="profile-token-revoke"),
    path("people/find/", directory.people_find, name="people-find"),
    path("people/<str:username>/", directory.person, name="person"),
    path("teams/<slug:key>/", directory.team, name="team"),
]
