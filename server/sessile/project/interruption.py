"""How work is given up."""


class Interrupted(BaseException):
    """Somebody waits who must not: the work ends here, and what was remembered so far stays.

    No Exception, since nothing on the way may take it for a failure.
    """
