"""Files as partners really send them: opened, matched to our questions, checked, and taken in.

`opening` reads bytes in a process of little means, `columns` guesses what each heading asks,
`rows` makes a submission of each row, and `importing` carries them through the same intake as
everything else.
"""
