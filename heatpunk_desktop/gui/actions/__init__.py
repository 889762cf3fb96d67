"""The actions of the main window, declared once for menus, buttons, shortcuts and the palette."""
