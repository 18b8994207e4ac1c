"""What the pages say of files that are not used: the name, what is wrong, what is accepted."""

from collections.abc import Mapping

from autoencoder.data.uploads.limits import Reason, Refusal
from ui.markdown import escape_markdown

ACCEPTED = "PNG, JPEG, WebP, BMP, GIF and TIFF"

FILES: Mapping[Reason, str] = {
    Reason.EMPTY: "it is empty",
    Reason.HEIC: "it is a HEIC photo; a phone saves JPEG when its camera is set to “most compatible”",
    Reason.AVIF: "it is an AVIF picture",
    Reason.VIDEO: "it is a film",
    Reason.PDF: "it is a PDF",
    Reason.ARCHIVE_WITHIN: "it is an archive within the upload; unpack it first",
    Reason.BIG_TIFF: "it is a TIFF of the kind that is meant for more than 4 GB",
    Reason.TEXT: "it is a drawing or a web page, which is text",
    Reason.UNKNOWN_FORMAT: "its content is none of a picture that can be read here",
    Reason.HEADER_CUT: "it ends within its header, so a part of the file is missing",
    Reason.HEADER_MISSING: "it does not begin with its header, so the file is damaged",
    Reason.NO_PIXELS: "it declares {width} × {height} pixels, so the file is damaged",
    Reason.NO_PICTURE: "it holds no picture",
    Reason.TOO_MANY_PIECES: "it is stored in more {pieces} than any camera or program writes",
    Reason.TOO_MUCH_METADATA: "it holds more than {megabytes:,.0f} MB of other data than pixels",
    Reason.STRAY_BYTES: "it holds bytes between its parts that belong to none, so the file is damaged",
    Reason.RARE_JPEG: "it is a JPEG of a rare kind, lossless or packed by arithmetic coding",
    Reason.RUN_LENGTHS: "it is packed by run lengths and larger than {megabytes:,.0f} MB",
    Reason.TOO_LARGE: "it is larger than {megabytes:,.0f} MB",
    Reason.TOO_MANY_PIXELS: "it declares {width:,} × {height:,} pixels",
    Reason.TOO_LONG: "it declares {width:,} × {height:,} pixels, and none may be longer than {side:,}",
    Reason.TOO_LITTLE_MEMORY: "decoding it takes more memory than a picture may",
    Reason.TOO_MUCH_WORK: "decoding it takes more time than a picture may",
    Reason.CUT: "it ends too early, so a part of the file is missing",
    Reason.COLORS: "its colors are stored in a way that cannot be converted here",
    Reason.DAMAGED: "its content is damaged or of a rare kind, and cannot be decoded",
    Reason.UNREADABLE: "it cannot be read from the disk",
    Reason.PATH_OUTSIDE: "its path leads out of the zip",
    Reason.TOO_DEEP: "it lies more than {folders} folders deep",
    Reason.LOCKED: "it is locked with a password",
    Reason.NO_FILE: "it is a link or a device and no file",
    Reason.RARE_PACKING: "it is packed in a way that is rare in zips",
    Reason.BOMB: "it would unpack to more than {ratio} times its size, as a zip bomb does",
    Reason.DAMAGED_WITHIN: "it is damaged within the zip and cannot be unpacked",
}
REMEDIES: Mapping[Reason, str] = {  # in place of what is accepted otherwise
    Reason.TOO_LARGE: f"Accepted are {ACCEPTED} pictures of up to {{megabytes:,.0f}} MB.",
    Reason.TOO_MANY_PIXELS: "Accepted are pictures of this kind of up to {megapixels:,.3g} million pixels; make it "
    "smaller first.",
    Reason.ZIP_TOO_MANY_FILES: "Accepted are zips of up to {files:,}; put fewer in it.",
}
ZIPS: Mapping[Reason, str] = {
    Reason.ZIP_CUT: "its end is missing, so only a part of it has arrived",
    Reason.ZIP64: "it is of the kind that is meant for more than 65,535 files or 4 GB",
    Reason.ZIP_TOO_MANY_FILES: "it holds more than {files:,} files",
    Reason.ZIP_DAMAGED: "its list of contents is damaged",
    Reason.ZIP_BOMB: "it would unpack to more than {ratio} times its size, as a zip bomb does",
}
UPLOADS: Mapping[Reason, str] = {
    Reason.TOO_MANY_FILES: "Only the first {files:,} files are used; that is as many as are accepted.",
    Reason.TOO_MUCH_IN_ALL: "Only the first {megabytes:,.0f} MB are used; that is as much as is accepted.",
    Reason.TOO_SLOW: "Only what could be read within {seconds:g} s is used; that is as long as is accepted.",
    Reason.TOO_MANY_KEPT: "Only the first {files:,} pictures are kept; that is as many as are accepted.",
    Reason.TAB_FULL: "The other files are not used: your pictures, and the networks trained on them, may take "
    "{megabytes:,.0f} MB here. Smaller pictures do as well: they are kept with 480 pixels a side.",
    Reason.ALL_FULL: "The other files are not used: all visitors' pictures together fill the room that there is for "
    "them. It is given back as tabs are closed; try again in some minutes, or with fewer files.",
    Reason.DISK: "The other files are not used: they could not be written to the disk of the computer that runs this "
    "app. Your pictures from before are kept.",
    Reason.MORE: "And {files:,} more files are not used.",
}


def refusal_in_words(refusal: Refusal) -> str:
    """Return the sentences on what is not used, in Markdown, with the file's name made harmless."""
    reason, name = refusal.reason, escape_markdown(refusal.name)
    if reason in UPLOADS:
        return UPLOADS[reason].format(**refusal.values)
    if reason in ZIPS:
        text = f"The zip “{{name}}” is not used further: {ZIPS[reason]}. "
        text += REMEDIES.get(reason, f"Accepted are zips of {ACCEPTED}.")
    else:
        text = f"“{{name}}” is not used: {FILES[reason]}. "
        text += REMEDIES.get(reason, f"Accepted are {ACCEPTED} pictures.")
    return text.format(name=name, **refusal.values)
