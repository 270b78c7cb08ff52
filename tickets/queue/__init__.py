"""The queue: one list for every practice. A practice gives a `Queue` of its own; the machinery is here.

`parameters` narrows by the query string, `columns` says what a row shows, `facets` counts, `views` names query strings,
`bulk` acts on several rows, `exporting` writes what the list shows.
"""
