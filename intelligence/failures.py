"""What may be written down of a failure."""


def told(error: Exception) -> str:
    """The class and place of an error; its message may quote what was sent, and is left out."""
    return f"{type(error).__name__} at {_place(error)}"[:300]


def _place(error: Exception) -> str:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return "unknown place"
    code = trace.tb_frame.f_code
    return f"{code.co_filename.rsplit('/', 1)[-1]}:{trace.tb_lineno} {code.co_name}"
