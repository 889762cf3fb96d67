"""What the user can tell the program to do, declared once for menus, buttons, keys and the palette."""
