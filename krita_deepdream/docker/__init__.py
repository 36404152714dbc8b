"""The docker: its pages, boxes and menus."""
