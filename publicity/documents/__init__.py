"""Documents (表单): what a form says, written once, and drawn as page, PDF and Word from the same words.

``content`` is what any form is made of; ``facts`` reads a project's record, each part when a form first asks; the forms
themselves are small functions of it, listed in ``catalogue``. ``pdf`` and ``word`` draw a form and know nothing of
projects. What the record does not hold is a ruled line to fill in by hand, never an invented value. Like the minutes,
forms are written in the place's own language.
"""
