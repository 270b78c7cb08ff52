# Aliases; what they do stands in `./run help`.
.PHONY: demo test check lint format

demo:
	./run demo

test:
	./run test

lint:
	./run lint

check: lint
	./run test --all

format:
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .
