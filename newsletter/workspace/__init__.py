"""The folder on disk: settings file, segments, issues, templates, images, keys; read safely, watched, and first made.

In: the workspace's root. Out: values and texts, never paths that leave it. Called by app and pipeline.
"""

from newsletter.workspace.configuration import Tables, read_configuration
from newsletter.workspace.copying import copy_written
from newsletter.workspace.files import read_file, read_files
from newsletter.workspace.issues import (
    IssueFile,
    IssueName,
    find_issue,
    images_in,
    list_issues,
    read_images,
    read_issue,
    strays,
)
from newsletter.workspace.keys import read_keys, read_secrets
from newsletter.workspace.paths import find, inside, is_slug
from newsletter.workspace.private import forget_private, keep_private, private_path
from newsletter.workspace.publication import read_publication
from newsletter.workspace.scaffold import check_template, make_issue, make_workspace, title_of
from newsletter.workspace.segment_writing import remove_segment, rename_segment, save_segment
from newsletter.workspace.segments import SEGMENTS_FILE, SegmentText, read_segments
from newsletter.workspace.sponsors import read_sponsors
from newsletter.workspace.stamps import stamp
from newsletter.workspace.theme import Theme, read_theme, template_names
from newsletter.workspace.translation import (
    digest_of,
    read_record,
    record_path,
    record_text,
    replace_text,
    replace_texts,
)
from newsletter.workspace.watch import watch

__all__ = [
    "SEGMENTS_FILE",
    "IssueFile",
    "IssueName",
    "SegmentText",
    "Tables",
    "Theme",
    "check_template",
    "copy_written",
    "digest_of",
    "find",
    "find_issue",
    "forget_private",
    "images_in",
    "inside",
    "is_slug",
    "keep_private",
    "list_issues",
    "make_issue",
    "make_workspace",
    "private_path",
    "read_configuration",
    "read_file",
    "read_files",
    "read_images",
    "read_issue",
    "read_keys",
    "read_publication",
    "read_record",
    "read_secrets",
    "read_segments",
    "read_sponsors",
    "read_theme",
    "record_path",
    "record_text",
    "remove_segment",
    "rename_segment",
    "replace_text",
    "replace_texts",
    "save_segment",
    "stamp",
    "strays",
    "template_names",
    "title_of",
    "watch",
]
