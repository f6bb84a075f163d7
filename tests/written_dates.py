"""Dates in EDTF: texts, their first and last possible day, and texts that are none."""

import calendar
import datetime as dt

from hypothesis import strategies as st

MEANINGS = [
    ("2008-03-12", "2008-03-12", "2008-03-12"),
    ("2008-03", "2008-03-01", "2008-03-31"),
    ("2014", "2014-01-01", "2014-12-31"),
    ("2010~", "2010-01-01", "2010-12-31"),
    ("2010?", "2010-01-01", "2010-12-31"),
    ("2010%", "2010-01-01", "2010-12-31"),
    ("2008-03-12~", "2008-03-12", "2008-03-12"),
    ("2008-03?", "2008-03-01", "2008-03-31"),
    ("2012-02", "2012-02-01", "2012-02-29"),
    ("1900-02", "1900-02-01", "1900-02-28"),
    ("2000-02-29", "2000-02-29", "2000-02-29"),
    ("201X", "2010-01-01", "2019-12-31"),
    ("19XX", "1900-01-01", "1999-12-31"),
    ("2008-XX", "2008-01-01", "2008-12-31"),
    ("2008-02-XX", "2008-02-01", "2008-02-29"),
    ("[2008-03-12..2008-05-03]", "2008-03-12", "2008-05-03"),
    ("[2008..2008-05]", "2008-01-01", "2008-05-31"),
    ("[2008-03-12~..2008-05-03?]", "2008-03-12", "2008-05-03"),
    ("[2008-03-12..2008-03-12]", "2008-03-12", "2008-03-12"),
    ("[..2020-02-01]", None, "2020-02-01"),
    ("[..2018]", None, "2018-12-31"),
    ("  2014 ", "2014-01-01", "2014-12-31"),
    ("0001", "0001-01-01", "0001-12-31"),
    ("9999-12-31", "9999-12-31", "9999-12-31"),
    ("1582-10-10", "1582-10-10", "1582-10-10"),
]

REFUSALS = [
    ("", "it is empty"),
    ("   ", "it is empty"),
    ("2008/2009", "intervals are not accepted; write [first..last] for one day between two"),
    ("2008-03-12/..", "intervals are not accepted; write [first..last] for one day between two"),
    ("{2008,2009}", "sets are not accepted"),
    ("{2008..2009}", "sets are not accepted"),
    ("[2008,2009]", "sets are not accepted"),
    ("[2008-01..]", "the end may not be open"),
    ("[..]", "the end may not be open"),
    ("[2009..2008]", "it ends before it begins"),
    ("[2008-05-03..2008-03-12]", "it ends before it begins"),
    ("2008-21", "there is no month 21, and seasons name no days"),
    ("2008-13", "there is no month 13, and seasons name no days"),
    ("2008-00", "there is no month 00, and seasons name no days"),
    ("2019-02-29", "the calendar has no such day"),
    ("2019-02-30", "the calendar has no such day"),
    ("2019-04-31", "the calendar has no such day"),
    ("2019-04-00", "the calendar has no such day"),
    ("[2019-02-30..2019-03-01]", "the calendar has no such day"),
    ("[2019-02-01..2019-02-30]", "the calendar has no such day"),
    ("0000", "years go from 0001 to 9999"),
    ("000X", "years go from 0001 to 9999"),
    ("00XX", "years go from 0001 to 9999"),
    ("-0044", None),
    ("-0044-03-15", None),
    ("Y12008", "years go from 0001 to 9999"),
    ("12008", "years go from 0001 to 9999"),
    ("2008-3-12", None),
    ("12.03.2008", None),
    ("March 2008", None),
    ("2008-03-12T10:00:00Z", None),
    ("2008-03-12\n2009", None),
    ("２００８", None),
    ("٢٠٠٨", None),
    ("2008-03-12~~", None),
    ("[2008-03-12", None),
    ("2008-XX-12", None),
    ("XXXX", None),
    ("null", None),
    ("2008\x00", None),
    ("9" * 100_000, None),
]

_days = st.dates()
_marks = st.sampled_from(["", "~", "?", "%"])


@st.composite
def written(draw) -> tuple[str, dt.date, dt.date]:
    """A calendar date as it may be written down, and the days that it means, by the calendar of Python."""
    day, mark = draw(_days), draw(_marks)
    end = calendar.monthrange(day.year, day.month)[1]
    form = draw(st.sampled_from(["day", "month", "year"]))
    match form:
        case "day":
            return f"{day.isoformat()}{mark}", day, day
        case "month":
            return f"{day.isoformat()[:7]}{mark}", day.replace(day=1), day.replace(day=end)
        case _:
            return f"{day.isoformat()[:4]}{mark}", day.replace(month=1, day=1), day.replace(month=12, day=31)
