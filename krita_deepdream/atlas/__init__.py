"""The dialog with pictures of what each channel responds to."""
