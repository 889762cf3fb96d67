"""The table of projects."""

from typing import TYPE_CHECKING

from heatpunk_desktop.lazy import lazy_names

if TYPE_CHECKING:
    from heatpunk_desktop.gui.table.cell_editing import CellEditing as CellEditing
    from heatpunk_desktop.gui.table.cells_controller import CellsController as CellsController
    from heatpunk_desktop.gui.table.column_chooser import ColumnChooser as ColumnChooser
    from heatpunk_desktop.gui.table.column_chooser import show_columns as show_columns
    from heatpunk_desktop.gui.table.column_chooser import shown_columns as shown_columns
    from heatpunk_desktop.gui.table.paste_dialog import PasteDialog as PasteDialog
    from heatpunk_desktop.gui.table.paste_plan import rows_as_text as rows_as_text
else:
    __getattr__ = lazy_names(
        __name__,
        CellEditing="cell_editing",
        CellsController="cells_controller",
        ColumnChooser="column_chooser",
        show_columns="column_chooser",
        shown_columns="column_chooser",
        PasteDialog="paste_dialog",
        rows_as_text="paste_plan",
    )
