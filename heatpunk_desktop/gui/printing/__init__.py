"""Lists of projects on paper and as PDF."""

from typing import TYPE_CHECKING

from heatpunk_desktop.lazy import lazy_names

if TYPE_CHECKING:
    from heatpunk_desktop.gui.printing.paper import page_of as page_of
    from heatpunk_desktop.gui.printing.paper import sheet_of as sheet_of
    from heatpunk_desktop.gui.printing.print_preview import PrintPreview as PrintPreview
    from heatpunk_desktop.gui.printing.printing import Printable as Printable
    from heatpunk_desktop.gui.printing.printing import PrintJob as PrintJob
    from heatpunk_desktop.gui.printing.printing import make_printer as make_printer
    from heatpunk_desktop.gui.printing.printing import pdf_writer as pdf_writer
else:
    __getattr__ = lazy_names(
        __name__,
        page_of="paper",
        sheet_of="paper",
        PrintPreview="print_preview",
        PrintJob="printing",
        Printable="printing",
        make_printer="printing",
        pdf_writer="printing",
    )
