"""The dialog with pictures of what each channel looks for."""
