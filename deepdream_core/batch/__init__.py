"""Many pictures at once: which they are, one after the other here, or on several computers."""
