"""The docker's tabs: Dream, Style and Zoom."""
