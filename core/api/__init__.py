"""The base of the REST API: mechanisms without a practice's words. `docs/api.md` says what integrations rely on."""
