"""Days and moments in the admin are written as in the API and in its own forms. Django finds this by its place."""

DATE_FORMAT = "Y-m-d"
DATETIME_FORMAT = "Y-m-d H:i"
