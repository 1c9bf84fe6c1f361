"""Makes assets/vega.js anew: Vega, Vega-Lite and Vega-Embed in one script, as Altair wants them.

vl-convert holds the libraries and bundles them without a network; it is 84 MB and slow to start,
so the script is kept and a test makes sure that it is still this one. Run: python -m
ops.report.bundle
"""

from __future__ import annotations

import altair

from ops.report.page import VEGA

NOTICE = """\
/*! Vega {vega}, Vega-Lite {vega_lite} and Vega-Embed {embed}, bundled by vl-convert {version}.
Copyright (c) 2015-2026, University of Washington Interactive Data Lab and contributors.
BSD 3-Clause License: redistribution and use in source and binary forms, with or without
modification, are permitted provided that the copyright notice, this list of conditions and the
disclaimer are retained, and that the names of the holders and contributors are not used to endorse
or promote products without permission. THIS SOFTWARE IS PROVIDED BY THE COPYRIGHT HOLDERS AND
CONTRIBUTORS "AS IS" AND ANY EXPRESS OR IMPLIED WARRANTIES ARE DISCLAIMED. IN NO EVENT SHALL THE
COPYRIGHT HOLDER OR CONTRIBUTORS BE LIABLE FOR ANY DAMAGES ARISING IN ANY WAY OUT OF THE USE OF THIS
SOFTWARE. https://github.com/vega */
"""


def bundle() -> str:
    """The script as vl-convert writes it for the Vega-Lite that Altair speaks."""
    import vl_convert

    version = altair.SCHEMA_VERSION.removeprefix("v")
    script = vl_convert.javascript_bundle(vl_version=version.rpartition(".")[0])
    notice = NOTICE.format(
        vega=vl_convert.get_vega_version(),
        vega_lite=version,
        embed=vl_convert.get_vega_embed_version(),
        version=vl_convert.__version__,
    )
    return notice + script.strip() + "\n"


if __name__ == "__main__":
    VEGA.parent.mkdir(exist_ok=True)
    VEGA.write_text(bundle(), encoding="utf-8")
    print(f"{VEGA}: {VEGA.stat().st_size / 1e3:.0f} kB")
