"""`/search/?q=`: everything that the words may mean; a pair that is certain is opened at once."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase

from relations.queries.countries import current_country_index
from relations.web.language import in_the_readers_language
from relations.web.names import country_names
from relations.web.refusals import reads
from relations.web.search.countries import gazetteer
from relations.web.search.groups import Search
from tracker.frame import page

LONGEST_QUERY = 200


@reads("q")
@in_the_readers_language
def search(request: HttpRequest) -> HttpResponseBase:
    query = " ".join(request.GET.get("q", "")[:LONGEST_QUERY].replace("\0", " ").split())
    if not query:
        return page(request, "web/search.html", {"query": "", "groups": []})
    index = current_country_index()
    known = gazetteer(index)
    certain = known.pairs(query)
    if len(certain) == 1:
        return HttpResponseRedirect(f"/relations/{certain[0]}/")
    groups = Search(query, index, country_names(index), known).groups()
    return page(request, "web/search.html", {"query": query, "groups": groups})
