"""What can go wrong on a page, each with the words the person reads.

DashboardError
├── NoSuchPage     nothing lives at this address
├── NoRight        the role may not see or do this
├── WrongInput     a form field is missing or cannot be true
├── BadWeek        not an ISO week
├── FutureWeek     a week that has not begun
└── StaleWeek      a report that is too old to be mailed by itself
"""


class DashboardError(Exception):
    """One plain sentence for the person in front of the page."""


class NoSuchPage(DashboardError):
    pass


class NoRight(DashboardError):
    pass


class WrongInput(DashboardError):
    pass


class BadWeek(DashboardError):
    pass


class FutureWeek(DashboardError):
    pass


class StaleWeek(DashboardError):
    pass
