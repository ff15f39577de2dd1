"""The wire: leaves of messages, templates of addresses, shapes of JSON; pure."""

from automation.wire.choices import Choice, Offer, choices_giving, chosen, offers
from automation.wire.fragments import markup_paths, opened, without_ways
from automation.wire.keyed import unkeyed
from automation.wire.leafpath import (
    EACH,
    Token,
    assemble,
    each_row,
    format_path,
    generalise,
    parse_path,
    pick,
    walk,
)
from automation.wire.markup import MarkupValue, folded, markup_values, read_source, text_place
from automation.wire.message import (
    Leaf,
    Place,
    body_encoding,
    is_html,
    last_segment,
    parse_json,
    path_segments,
    query_pairs,
    request_leaves,
    response_document,
    tells_operation,
)
from automation.wire.more import is_called_more, says_more
from automation.wire.page import AROUND, page_document
from automation.wire.pagetext import parse_html
from automation.wire.shape import Shape, json_type, shape_of
from automation.wire.tables import table_rows
from automation.wire.template import VARIABLE, path_templates
from automation.wire.values import (
    MOMENT_FORMATS,
    PLACEHOLDER,
    canonical,
    form_of,
    id_like,
    information,
    is_placeholder,
    json_bytes,
    moments,
    names_things,
    placeholder_class,
    same_name,
    words,
)
from automation.wire.ways import onward

__all__ = [
    "AROUND",
    "EACH",
    "MOMENT_FORMATS",
    "PLACEHOLDER",
    "VARIABLE",
    "Choice",
    "Leaf",
    "MarkupValue",
    "Offer",
    "Place",
    "Shape",
    "Token",
    "assemble",
    "body_encoding",
    "canonical",
    "choices_giving",
    "chosen",
    "each_row",
    "folded",
    "form_of",
    "format_path",
    "generalise",
    "id_like",
    "information",
    "is_called_more",
    "is_html",
    "is_placeholder",
    "json_bytes",
    "json_type",
    "last_segment",
    "markup_paths",
    "markup_values",
    "moments",
    "names_things",
    "offers",
    "onward",
    "opened",
    "page_document",
    "parse_html",
    "parse_json",
    "parse_path",
    "path_segments",
    "path_templates",
    "pick",
    "placeholder_class",
    "query_pairs",
    "read_source",
    "request_leaves",
    "response_document",
    "same_name",
    "says_more",
    "shape_of",
    "table_rows",
    "tells_operation",
    "text_place",
    "unkeyed",
    "walk",
    "without_ways",
    "words",
]
