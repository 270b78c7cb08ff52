"""A ticket's own page, whatever its kind: head, facts edited in place, timeline, composer, panels around it."""
