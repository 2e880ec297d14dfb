"""A PDF -> the same PDF with its source files attached."""

import io
from collections.abc import Mapping

import pikepdf
from pikepdf import Array, Name


def with_attached(data: bytes, files: Mapping[str, bytes], kind: str) -> bytes:
    """Attach the files that a PDF/A-3 file was made from (ISO 19005-3, 6.8).

    ``kind`` is their media type. The same arguments give the same bytes.
    """
    with pikepdf.open(io.BytesIO(data)) as pdf:
        specs = Array()
        for name, content in files.items():
            file = pikepdf.AttachedFileSpec(
                pdf,
                content,
                filename=name.rpartition("/")[2],
                description=name,
                mime_type=kind,
                relationship=Name.Source,
            )
            pdf.attachments[name] = file
            specs.append(pdf.attachments[name].obj)
        for spec in specs:
            for date in ("/CreationDate", "/ModDate"):
                if date in spec.EF.F.get("/Params", {}):
                    del spec.EF.F.Params[date]
        pdf.Root.AF = specs
        pdf.Root.Metadata.write(pdf.Root.Metadata.read_bytes())
        made = io.BytesIO()
        pdf.save(
            made,
            deterministic_id=True,
            stream_decode_level=pikepdf.StreamDecodeLevel.none,
        )
        return made.getvalue()
